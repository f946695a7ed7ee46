import { expect, it } from "vitest";
import { BoundedTasks } from "../../core/bounded-tasks.js";

it("never runs more tasks than its limit, and runs them all", async () => {
  const tasks = new BoundedTasks(3);
  let running = 0;
  let most = 0;
  let done = 0;
  for (let n = 0; n < 20; n++) {
    await tasks.run(async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      done++;
    });
  }
  await tasks.idle();
  expect({ most, done }).toEqual({ most: 3, done: 20 });
});

it("starts nothing more after a failure, and tells it to whoever comes next and to who waits", async () => {
  const tasks = new BoundedTasks(1);
  await tasks.run(() => Promise.reject(new Error("first")));
  await tasks.settled();
  let started = false;
  await expect(
    tasks.run(async () => {
      started = true;
    }),
  ).rejects.toThrow("first");
  await expect(tasks.idle()).rejects.toThrow("first");
  expect(started).toBe(false);
});

it("lets those who wait for a place in as they came, and tells all of them of a failure", async () => {
  const tasks = new BoundedTasks(1);
  const started: number[] = [];
  const runs = [0, 1, 2].map((n) =>
    tasks.run(async () => {
      started.push(n);
      if (n === 1) throw new Error("second");
      await new Promise(setImmediate);
    }),
  );
  const ended = await Promise.allSettled(runs);
  expect(started).toEqual([0, 1]);
  expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  await expect(tasks.idle()).rejects.toThrow("second");
});
