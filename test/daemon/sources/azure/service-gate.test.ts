// Many workers before a service that is down: one of them waits and tries, all others wait for how that ends.
import { describe, expect, it } from "vitest";
import { AzureFailure } from "../../../../daemon/sources/azure/failures.js";
import { Pauses } from "../../../../daemon/sources/azure/pauses.js";
import { retrying, type RetryOptions } from "../../../../daemon/sources/azure/retry.js";
import { RunBudget } from "../../../../daemon/sources/azure/run-budget.js";
import { ServiceGate } from "../../../../daemon/sources/azure/service-gate.js";
import { fakeTiming, POLICY } from "./timing.js";

const WORKERS = 24;
const busy = (retryAfterMs?: number) =>
  new AzureFailure("busy", { kind: "refused", status: 503, code: "ServerBusy", retryAfterMs });
const down = new AzureFailure("no", { kind: "network", code: "ECONNREFUSED" });
const locked = new AzureFailure("locked", { kind: "refused", status: 409, code: "SharingViolation" });

/** A service that is up or down, and counts who asks while it is down. */
function world(
  failure: () => AzureFailure | undefined,
  options: { readonly budgetMs?: number; readonly probe?: () => AzureFailure | undefined } = {},
) {
  const timing = fakeTiming();
  const told: string[] = [];
  const state = { asked: 0, refused: 0, probes: 0 };
  const answer = async (why: AzureFailure | undefined): Promise<string> => {
    await Promise.resolve();
    if (why) throw why;
    return "answer";
  };
  const gate = new ServiceGate({
    policy: POLICY,
    timing,
    probe: () => {
      state.probes++;
      return answer((options.probe ?? failure)());
    },
    onClosed: (why, pauseMs) => told.push(`closed: ${why.code} ${pauseMs}`),
    onOpened: () => told.push("opened"),
  });
  const work = () => {
    state.asked++;
    const error = failure();
    if (error) state.refused++;
    return answer(error);
  };
  const run = { gate, budget: new RunBudget(options.budgetMs) };
  const retry = (signal?: AbortSignal): RetryOptions => ({ policy: POLICY, timing, signal, run });
  return { timing, told, gate, state, ask: (signal?: AbortSignal) => retrying(work, retry(signal)) };
}

describe("the gate", () => {
  it("lets one ask while the service is down, whoever waits", async () => {
    let failures = 0;
    const service = world(() => (failures++ < WORKERS + 6 ? down : undefined));
    const answers = await Promise.all(Array.from({ length: WORKERS }, () => service.ask()));
    expect(answers).toEqual(Array.from({ length: WORKERS }, () => "answer"));
    // All had asked before anybody knew; then one at a time, and at last each once.
    expect(service.state).toEqual({ asked: 2 * WORKERS, refused: WORKERS, probes: 7 });
    expect(service.told).toEqual(["closed: ECONNREFUSED 75", "opened"]);
    // Doubling, up to the limit; before the gate had closed, four had waited for themselves.
    expect(service.timing.pauses.slice(4)).toEqual([75, 150, 300, 600, 750, 750, 750]);
  });

  it("gives up for all at once, when the service was waited for as long as an outage may take", async () => {
    const service = world(() => down);
    const ends = await Promise.allSettled(Array.from({ length: WORKERS }, () => service.ask()));
    expect(ends.every((end) => end.status === "rejected" && end.reason === down)).toBe(true);
    const waited = service.timing.pauses.reduce((sum, pauseMs) => sum + pauseMs, 0);
    expect(waited).toBeLessThan(POLICY.outageMs + 4 * POLICY.longestPauseMs);
    expect([service.gate.isGivenUp, service.state.asked]).toEqual([true, WORKERS]);
    await expect(service.ask()).rejects.toBe(down);
    expect(service.state.asked).toBe(WORKERS);
  });

  it("keeps a pause that the service asks one for, for all", async () => {
    let isFirst = true;
    const service = world(() => (isFirst ? ((isFirst = false), busy(12_000)) : undefined));
    await Promise.all([service.ask(), service.ask(), service.ask()]);
    expect(service.timing.pauses).toEqual([12_000]);
    expect(service.told).toEqual(["closed: ServerBusy 12000", "opened"]);
  });

  it("does not wait for a pause that is longer than an outage may take", async () => {
    const service = world(() => busy(POLICY.outageMs + 1));
    await expect(service.ask()).rejects.toMatchObject({ code: "ServerBusy" });
    expect([service.state.asked, service.timing.pauses, service.told]).toEqual([1, [], []]);
  });

  it("stays open where failures and answers take turns", async () => {
    let asked = 0;
    const service = world(() => (asked++ % 4 === 3 ? undefined : busy()));
    for (let n = 0; n < 20; n++) await service.ask();
    expect(service.told).toEqual([]);
  });

  it("is opened by any answer, and a refusal is one", async () => {
    let asked = 0;
    const refused = new AzureFailure("no", { kind: "refused", status: 403, code: "AuthorizationFailure" });
    const service = world(() => (asked++ < 4 ? down : undefined), { probe: () => refused });
    await Promise.all([service.ask(), service.ask(), service.ask(), service.ask(), service.ask()]);
    expect(service.gate.isGivenUp).toBe(false);
  });

  it("tells the one request that always fails from an outage", async () => {
    const service = world(() => down, { probe: () => undefined });
    await expect(service.ask()).rejects.toBe(down);
    expect(service.state).toEqual({ asked: POLICY.attempts, refused: POLICY.attempts, probes: 1 });
    expect(service.gate.isGivenUp).toBe(false);
  });

  it("waits as long as it says, whatever becomes of the machine's clock meanwhile", async () => {
    for (const hours of [1, -1]) {
      let failures = 0;
      const service = world(() => (failures++ < 12 ? down : undefined));
      const { timing } = service;
      const sleep = timing.sleep.bind(timing);
      let sleeps = 0;
      timing.sleep = async (ms, signal) => {
        await sleep(ms, signal);
        timing.setClock(++sleeps * hours * 3_600_000);
      };
      expect(await service.ask()).toBe("answer");
      expect(service.gate.isGivenUp).toBe(false);
    }
  });

  it("is watched by another one when who watched it is called off", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let failures = 0;
    const service = world(() => (failures++ < 6 ? down : undefined));
    const { timing } = service;
    const sleep = timing.sleep.bind(timing);
    let sleeps = 0;
    timing.sleep = (ms, signal) => {
      // The fifth is the first of the gate.
      if (++sleeps === 5) controller.abort(reason);
      return sleep(ms, signal);
    };
    const asked = Array.from({ length: 5 }, () => service.ask(controller.signal));
    for (const end of await Promise.allSettled(asked)) expect(end).toMatchObject({ status: "rejected", reason });
    expect(await service.ask()).toBe("answer");
    expect(service.told).toEqual(["closed: ECONNREFUSED 75", "opened"]);
  });
});

describe("the budget of a run", () => {
  it("bounds the waiting for single files, however many there are; then each is asked for once", async () => {
    const service = world(() => locked, { budgetMs: 1_000 });
    for (let n = 0; n < 100; n++) await expect(service.ask()).rejects.toBe(locked);
    const waited = service.timing.pauses.reduce((sum, pauseMs) => sum + pauseMs, 0);
    expect(waited).toBeLessThanOrEqual(1_000);
    expect(service.state.asked).toBe(100 + service.timing.pauses.length);
    expect(service.told).toEqual([]);
  });

  it("bounds the waiting for files whose connection always breaks, after a few tries of each", async () => {
    const service = world(() => down, { budgetMs: 1_000, probe: () => undefined });
    const files = 200;
    for (let n = 0; n < files; n++) await expect(service.ask()).rejects.toBe(down);
    const waited = service.timing.pauses.reduce((sum, pauseMs) => sum + pauseMs, 0);
    // Of each file two pauses of its own, or the gate's.
    expect(waited).toBeLessThan(files * (75 + 150) + 1_000);
    expect(service.state.asked).toBeLessThan(files * 3.1);
    expect(service.gate.isGivenUp).toBe(false);
  });

  it("is spent as well by a file that gives something before it breaks, each time", async () => {
    const { gate, timing } = world(() => undefined);
    const pauses = new Pauses({
      policy: POLICY,
      timing,
      signal: undefined,
      run: { gate, budget: new RunBudget(1_000) },
    });
    let breaks = 0;
    const reading = async () => {
      for (; breaks < 1_000; breaks++) {
        gate.leave(undefined);
        pauses.renew();
        await pauses.after(down);
      }
    };
    await expect(reading()).rejects.toBe(down);
    expect(breaks).toBeLessThan(20);
  });

  it("is not spent by an outage, however many wait for its end", async () => {
    let failures = 0;
    const service = world(() => (failures++ < 60 ? down : undefined), { budgetMs: 0 });
    const answers = await Promise.all(Array.from({ length: WORKERS }, () => service.ask()));
    expect(new Set(answers)).toEqual(new Set(["answer"]));
  });

  it("is given back a little by what goes well", () => {
    const budget = new RunBudget(100);
    expect([budget.spend(100), budget.spend(5)]).toEqual([true, false]);
    for (let n = 0; n < 50; n++) budget.earn();
    expect([budget.spend(100), budget.spend(1)]).toEqual([true, false]);
  });
});
