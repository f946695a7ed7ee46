import { expect, test } from "vitest";
import { ByteBudget, Limiter } from "../../../store/content/limiter.js";
import { SingleFlight } from "../../../store/content/single-flight.js";

interface Latch {
  readonly open: () => void;
  readonly fail: (reason: Error) => void;
  readonly opened: Promise<void>;
}

function latch(): Latch {
  let open!: () => void;
  let fail!: (reason: Error) => void;
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { open, fail, opened };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("runs no more tasks at once than allowed, in order, failures included", async () => {
  const limiter = new Limiter(2);
  const latches = Array.from({ length: 5 }, latch);
  const began: number[] = [];
  const tasks = latches.map(({ opened }, i) =>
    limiter.run(async () => {
      began.push(i);
      await opened;
    }),
  );
  await turn();
  expect(began).toEqual([0, 1]);
  latches[1]?.fail(new Error("no"));
  await expect(tasks[1]).rejects.toThrow("no");
  await turn();
  expect(began).toEqual([0, 1, 2]);
  for (const { open } of latches) open();
  await Promise.allSettled(tasks);
  expect(began).toEqual([0, 1, 2, 3, 4]);
});

test("lets nobody bring more bytes while too many are held", async () => {
  const budget = new ByteBudget(100);
  budget.take(150);
  let let_in = false;
  const waiting = budget.room().then(() => (let_in = true));
  budget.give(50);
  await turn();
  expect(let_in).toBe(false);
  budget.give(1);
  await waiting;
  budget.take(100);
  budget.end();
  await budget.room();
});

test("asks once for what many ask for at the same time, and again afterwards", async () => {
  const flights = new SingleFlight<string, number>();
  const gate = latch();
  let asked = 0;
  const work = async () => {
    asked++;
    await gate.opened;
    return asked;
  };
  const answers = [flights.run("k", work, undefined), flights.run("k", work, undefined)];
  gate.open();
  expect(await Promise.all(answers)).toEqual([1, 1]);
  expect(await flights.run("k", work, undefined)).toBe(2);
});

test("lets one waiter give up without the others, and stops the work when all have", async () => {
  const flights = new SingleFlight<string, string>();
  const gate = latch();
  const signals: AbortSignal[] = [];
  const work = async (signal: AbortSignal) => {
    signals.push(signal);
    await gate.opened;
    return "answer";
  };
  const [first, second] = [new AbortController(), new AbortController()];
  const gaveUp = flights.run("k", work, first.signal);
  const stayed = flights.run("k", work, second.signal);
  first.abort(new Error("enough"));
  await expect(gaveUp).rejects.toThrow("enough");
  expect(signals[0]?.aborted).toBe(false);
  second.abort(new Error("enough too"));
  await expect(stayed).rejects.toThrow("enough too");
  expect(signals[0]?.aborted).toBe(true);
  const next = flights.run("k", work, undefined);
  gate.open();
  expect(await next).toBe("answer");
  expect(signals).toHaveLength(2);
});

test("tells a failure to everybody who waits, and forgets it", async () => {
  const flights = new SingleFlight<string, string>();
  const failing = async (): Promise<string> => {
    await turn();
    throw new Error("not today");
  };
  const all = await Promise.allSettled([flights.run("k", failing, undefined), flights.run("k", failing, undefined)]);
  expect(all.every(({ status }) => status === "rejected")).toBe(true);
  expect(await flights.run("k", async () => "fine", undefined)).toBe("fine");
});
