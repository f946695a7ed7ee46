import { expect, it } from "vitest";
import { StatSpeed } from "../../../../daemon/sources/local/stat-speed.js";

/** A clock on which the calls take these milliseconds, one after another. */
function taking(...durations: number[]): () => number {
  let now = 0;
  let isEnd = false;
  return () => {
    if (isEnd) now += durations.shift() ?? 0;
    isEnd = !isEnd;
    return now;
  };
}

it("stays fast when one time in a while is slow", () => {
  const speed = new StatSpeed(taking(5, 5, 5, 0.1, 5, 5, 5, 0.1));
  for (let n = 0; n < 8; n++) speed.during(32, () => undefined);
  expect(speed.isFast).toBe(true);
});

it("goes to the pool when it is slow again and again, and tries anew later", () => {
  const speed = new StatSpeed(taking(5, 5, 5, 5));
  for (let n = 0; n < 4; n++) speed.during(32, () => undefined);
  expect(speed.isFast).toBe(false);
  speed.pooled(1000);
  expect(speed.isFast).toBe(false);
  speed.pooled(24);
  expect(speed.isFast).toBe(true);
});
