// How many requests are let through, told by numbers: time is passed in, and nothing waits.
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../../../core/logger.js";
import { AzureFailure } from "../../../../daemon/sources/azure/failures.js";
import { OperationRate } from "../../../../daemon/sources/azure/operation-rate.js";
import { RequestThrottle } from "../../../../daemon/sources/azure/request-throttle.js";
import { RequestWindow } from "../../../../daemon/sources/azure/request-window.js";
import { retrying } from "../../../../daemon/sources/azure/retry.js";
import { RunBudget } from "../../../../daemon/sources/azure/run-budget.js";
import { ServiceGate } from "../../../../daemon/sources/azure/service-gate.js";
import { POLICY } from "./timing.js";

const busy = new AzureFailure("busy", { kind: "refused", status: 503, code: "ServerBusy" });
const missing = new AzureFailure("gone", { kind: "refused", status: 404, code: "ResourceNotFound" });

describe("the window", () => {
  it("grows by one for each round of answers, while all of it is wanted, and no further than it may", () => {
    const window = new RequestWindow({ most: 10, first: 4 });
    const sizes = [window.size];
    for (let round = 0; round < 9; round++) {
      for (let answers = window.size; answers > 0; answers--) window.answered(round, round, true);
      sizes.push(window.size);
    }
    expect(sizes.slice(0, 4)).toEqual([4, 4, 5, 6]);
    expect(Math.max(...sizes)).toBe(10);
    const idle = new RequestWindow({ most: 10, first: 4 });
    for (let answer = 0; answer < 100; answer++) idle.answered(answer, answer, false);
    expect(idle.size).toBe(4);
  });

  it("is halved once for a burst of refusals, again for what was asked afterwards, and never closed", () => {
    const window = new RequestWindow({ most: 64, first: 32 });
    expect([...Array(20)].map((_, at) => window.refused(100, 200 + at)).filter(Boolean)).toEqual(["busy"]);
    expect(window.size).toBe(16);
    expect(window.refused(199, 300)).toBeUndefined();
    expect(window.refused(200, 300)).toBe("busy");
    expect(window.size).toBe(8);
    for (let ms = 1000; ms < 1010; ms++) window.refused(ms, ms);
    expect(window.size).toBe(1);
  });

  it("is cut by a quarter when answers have become slow, and not by those that always were", () => {
    const window = new RequestWindow({ most: 64, first: 16 });
    window.answered(0, 300, true);
    expect(window.answered(0, 999, true)).toBeUndefined();
    expect(window.answered(0, 1199, true)).toBeUndefined();
    expect(window.answered(100, 1500, true)).toBe("slow");
    expect(window.size).toBe(12);
    const far = new RequestWindow({ most: 64, first: 16 });
    for (let answer = 0; answer < 50; answer++) expect(far.answered(0, 2500, true)).toBeUndefined();
  });

  it("takes no answer for quicker than a millisecond", () => {
    const window = new RequestWindow({ most: 64, first: 16 });
    for (let answer = 0; answer < 3; answer++) window.answered(answer, answer, false);
    let cuts = 0;
    for (let ms = 0; ms < 20_000_000; ms += 1000) if (window.answered(ms, ms + 1100, false)) cuts++;
    expect(cuts).toBeLessThan(8_000);
    expect(window.answered(30_000_000, 30_001_100, false)).toBeUndefined();
  });

  it("forgets what was quick long ago", () => {
    const window = new RequestWindow({ most: 4 });
    window.answered(0, 300, false);
    let cuts = 0;
    for (let ms = 0; ms < 2_000_000; ms += 1000) if (window.answered(ms, ms + 1300, false)) cuts++;
    expect(cuts).toBeGreaterThan(0);
    expect(window.answered(5_000_000, 5_001_300, false)).toBeUndefined();
  });

  it("shares a service that takes twenty at once fairly with another one, whoever was first", () => {
    const [early, late] = [new RequestWindow({ most: 64, first: 20 }), new RequestWindow({ most: 64, first: 1 })];
    const sums = [0, 0];
    for (let round = 1; round <= 400; round++) {
      const isBusy = early.size + late.size > 20;
      for (const [index, window] of [early, late].entries()) {
        if (isBusy) window.refused(round, round);
        else for (let answers = window.size; answers > 0; answers--) window.answered(round, round, true);
        if (round > 200) sums[index] = (sums[index] ?? 0) + window.size;
      }
    }
    const [one = 0, other = 0] = sums;
    expect(Math.min(one, other) / Math.max(one, other)).toBeGreaterThan(0.8);
    expect((one + other) / 200).toBeGreaterThan(12);
  });
});

describe("the rate", () => {
  it("lets a quarter of a second's worth through at once, then one after another", () => {
    const rate = new OperationRate(100);
    const waits = Array.from({ length: 30 }, () => rate.take(1000));
    expect(waits.slice(0, 25).every((ms) => ms === 0)).toBe(true);
    expect(waits.slice(25)).toEqual([10, 20, 30, 40, 50]);
  });

  it("is never above what was set, for long", () => {
    const rate = new OperationRate(500);
    let nowMs = 0;
    let taken = 0;
    while (nowMs < 10_000) {
      nowMs += rate.take(nowMs);
      taken++;
    }
    expect(taken).toBeLessThanOrEqual(500 * 10 + 125 + 1);
    expect(taken).toBeGreaterThan(500 * 9);
  });

  it("saves up no more than its burst", () => {
    const rate = new OperationRate(4);
    expect([rate.take(1000), rate.take(1000), rate.take(1250)]).toEqual([0, 250, 250]);
    expect([rate.take(1_000_000), rate.take(1_000_000)]).toEqual([0, 250]);
  });
});

function world(limits: { operationsPerSecond?: number; requestsAtOnce?: number } = {}) {
  const state = { nowMs: 0, clockMs: 0, underWay: 0, most: 0 };
  const sleeps: number[] = [];
  const timing = {
    nowMs: () => state.nowMs + state.clockMs,
    elapsedMs: () => state.nowMs,
    random: () => 0.5,
    sleep: (ms: number) => {
      sleeps.push(ms);
      state.nowMs += ms;
      return Promise.resolve();
    },
  };
  const told: unknown[] = [];
  const logger = { ...silentLogger, warn: (fields: unknown, text: string) => told.push([fields, text]) };
  const throttle = new RequestThrottle({ operationsPerSecond: 4000, requestsAtOnce: 64, ...limits }, timing, logger);
  return { state, timing, sleeps, throttle, told };
}

describe("the throttle", () => {
  it("lets no more through at once than the window allows, and serves everybody", async () => {
    const { state, throttle } = world({ requestsAtOnce: 3 });
    let served = 0;
    const ask = async (): Promise<void> => {
      const passage = await throttle.enter(undefined);
      state.most = Math.max(state.most, ++state.underWay);
      await Promise.resolve();
      state.underWay--;
      served++;
      throttle.leave(passage, undefined);
    };
    await Promise.all(Array.from({ length: 100 }, ask));
    expect([served, state.most]).toEqual([100, 3]);
  });

  it("slows down when the service is busy, says so once a minute, and takes no refusal of one file for it", async () => {
    const { state, throttle, told } = world();
    expect(throttle.requestsAtOnce).toBe(8);
    throttle.leave(await throttle.enter(undefined), missing);
    expect(throttle.requestsAtOnce).toBe(8);
    throttle.leave(await throttle.enter(undefined), busy);
    expect(throttle.requestsAtOnce).toBe(4);
    expect(told).toEqual([[{ requestsAtOnce: 4 }, "Azure Files is busy: it is asked for less at a time"]]);
    state.nowMs += 10;
    throttle.leave(await throttle.enter(undefined), busy);
    expect([throttle.requestsAtOnce, told.length]).toEqual([2, 1]);
    state.nowMs += 60_000;
    throttle.leave(await throttle.enter(undefined), busy);
    expect(told.at(-1)).toEqual([{ requestsAtOnce: 1 }, "Azure Files is busy: it is asked for less at a time"]);
  });

  it("takes a page that is long in coming for no slow answer", async () => {
    const { state, timing, throttle } = world();
    const run = {
      gate: new ServiceGate({ policy: POLICY, timing, probe: async () => {} }),
      budget: new RunBudget(),
      throttle,
    };
    const ask = (answerMs: number, bodyMs: number): Promise<void> =>
      retrying(
        (_, onAnswer) => {
          state.nowMs += answerMs;
          onAnswer();
          state.nowMs += bodyMs;
          return Promise.resolve();
        },
        { policy: POLICY, timing, signal: undefined, run },
      );
    await ask(20, 0);
    await ask(20, 3000);
    expect(throttle.requestsAtOnce).toBe(8);
    await ask(3000, 0);
    expect(throttle.requestsAtOnce).toBe(6);
  });

  it("goes on as before when the machine's clock is set, forward or back", async () => {
    for (const clockMs of [-3_600_000, 3_600_000]) {
      const { state, timing, throttle, sleeps, told } = world({ operationsPerSecond: 100 });
      const rounds = async (count: number): Promise<void> => {
        for (let round = 0; round < count; round++) {
          const passage = await throttle.enter(undefined);
          state.nowMs += 100;
          throttle.leave(passage, undefined, timing.elapsedMs());
        }
      };
      await rounds(100);
      const passage = await throttle.enter(undefined);
      state.clockMs = clockMs;
      throttle.leave(passage, undefined);
      await rounds(100);
      expect([sleeps, told, throttle.requestsAtOnce]).toEqual([[], [], 8]);
      state.nowMs += 10;
      throttle.leave(await throttle.enter(undefined), busy);
      expect(throttle.requestsAtOnce).toBe(4);
      state.clockMs -= 3_600_000;
      state.nowMs += 10;
      throttle.leave(await throttle.enter(undefined), busy);
      expect(throttle.requestsAtOnce).toBe(2);
    }
  });

  it("sends nothing during a pause that the service asks for, whoever has been waiting for room", async () => {
    const { timing, throttle } = world();
    const paused = latch();
    const pausing: number[] = [];
    timing.sleep = (ms) => {
      pausing.push(ms);
      return paused.opened;
    };
    const gate = new ServiceGate({ policy: { ...POLICY, attempts: 2 }, timing, probe: async () => {} });
    const run = { gate, budget: new RunBudget(), throttle };
    let asked = 0;
    const work = async (): Promise<string> => {
      const isFirst = asked++ === 0;
      await Promise.resolve();
      if (isFirst) throw new AzureFailure("busy", { kind: "refused", status: 503, retryAfterMs: 30_000 });
      return "answer";
    };
    const options = { policy: { ...POLICY, attempts: 2 }, timing, signal: undefined, run };
    const answers = Promise.all(Array.from({ length: 100 }, () => retrying(work, options)));
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect([asked, pausing]).toEqual([8, [30_000]]);
    paused.open();
    expect(new Set(await answers)).toEqual(new Set(["answer"]));
    expect(asked).toBe(101);
  });

  it("leaves nobody's place taken who is called off while waiting", async () => {
    const { throttle } = world({ requestsAtOnce: 1 });
    const first = await throttle.enter(undefined);
    const called = new AbortController();
    const second = throttle.enter(called.signal);
    const third = throttle.enter(undefined);
    called.abort(new Error("called off"));
    await expect(second).rejects.toThrow("called off");
    throttle.leave(first, undefined);
    throttle.leave(await third, "nothing");
    throttle.leave(await throttle.enter(undefined), undefined);
  });

  it("counts each try of a request, and a try that was refused as one that was busy", async () => {
    const { timing, throttle, sleeps } = world({ operationsPerSecond: 4 });
    const gate = new ServiceGate({ policy: POLICY, timing, probe: async () => {} });
    const run = { gate, budget: new RunBudget(), throttle };
    let tries = 0;
    const work = (): Promise<string> => (++tries < 4 ? Promise.reject(busy) : Promise.resolve("answer"));
    expect(await retrying(work, { policy: POLICY, timing, signal: undefined, run })).toBe("answer");
    // Halved three times, and one more for the answer.
    expect(throttle.requestsAtOnce).toBe(2);
    // Between two tries the request's own pause, and what is left of the quarter second that a token takes.
    expect(sleeps).toEqual([75, 175, 150, 100, 300]);
  });
});

/** Opened once, by the test. */
function latch(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
