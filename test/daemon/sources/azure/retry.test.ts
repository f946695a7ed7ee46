import { describe, expect, it } from "vitest";
import { AzureFailure } from "../../../../daemon/sources/azure/failures.js";
import { answerOf, retrying } from "../../../../daemon/sources/azure/retry.js";
import { fakeTiming, POLICY } from "./timing.js";

const refused = (status: number, code?: string, headers: Record<string, string> = {}) =>
  Object.assign(new Error("Server said no."), {
    statusCode: status,
    code,
    response: { headers: { get: (name: string) => headers[name] } },
  });
const network = (code: string) => Object.assign(new Error(`connect ${code}`), { name: "RestError", code });

/** Fails with each error in turn, then succeeds. */
function failing(...errors: readonly Error[]) {
  const left = [...errors];
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    work: () => {
      calls += 1;
      const error = left.shift();
      return error === undefined ? Promise.resolve("done") : Promise.reject(error);
    },
  };
}

describe("retrying", () => {
  it("doubles its pauses up to a limit, half of each by chance", async () => {
    const timing = fakeTiming(0);
    const busy = Array.from({ length: 4 }, () => refused(503, "ServerBusy"));
    expect(
      await retrying(failing(...busy).work, { policy: { ...POLICY, longestPauseMs: 300 }, timing, signal: undefined }),
    ).toBe("done");
    expect(timing.pauses).toEqual([50, 100, 150, 150]);
  });

  it.each([
    [{ "retry-after": "7" }, 7_000],
    [{ "retry-after": "Fri, 20 Nov 2026 10:00:09 GMT" }, 9_000],
    [{ "retry-after-ms": "1500" }, 1_500],
    [{ "retry-after": "soon" }, 75],
    [{ "retry-after": "0" }, 75],
  ])("keeps a pause that was asked for: %o", async (headers, expected) => {
    const timing = fakeTiming();
    await retrying(failing(refused(503, "ServerBusy", headers)).work, { policy: POLICY, timing, signal: undefined });
    expect(timing.pauses).toEqual([expected]);
  });

  it("gives up at once when the pause asked for is over the budget", async () => {
    const timing = fakeTiming();
    const busy = failing(refused(503, "ServerBusy", { "retry-after": "61" }));
    await expect(retrying(busy.work, { policy: POLICY, timing, signal: undefined })).rejects.toBeInstanceOf(
      AzureFailure,
    );
    expect([busy.calls, timing.pauses]).toEqual([1, []]);
  });

  it("tries again what may pass, and nothing else", async () => {
    const triesOf = async (error: Error) => {
      const endless = failing(...Array.from({ length: 9 }, () => error));
      const tried = retrying(endless.work, { policy: POLICY, timing: fakeTiming(), signal: undefined });
      await expect(tried).rejects.toBeInstanceOf(AzureFailure);
      return endless.calls;
    };
    for (const status of [408, 429, 500, 502, 503, 504]) expect(await triesOf(refused(status))).toBe(5);
    for (const code of ["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT"])
      expect(await triesOf(network(code))).toBe(5);
    for (const status of [400, 401, 403, 404, 409, 412, 416]) expect(await triesOf(refused(status))).toBe(1);
    for (const code of ["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT"])
      expect(await triesOf(network(code))).toBe(1);
    for (const code of ["SharingViolation", "FileLockConflict"]) expect(await triesOf(refused(409, code))).toBe(3);
  });

  it("ends with the signal's reason, between tries and within one", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const timing = { ...fakeTiming(), sleep: () => Promise.resolve(controller.abort(reason)) };
    const busy = failing(refused(503), refused(503));
    await expect(retrying(busy.work, { policy: POLICY, timing, signal: controller.signal })).rejects.toBe(reason);
    expect(busy.calls).toBe(1);
    const hanging = new AbortController();
    const work = (signal: AbortSignal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("sdk's own words")));
        hanging.abort(reason);
      });
    await expect(retrying(work, { policy: POLICY, timing: fakeTiming(), signal: hanging.signal })).rejects.toBe(reason);
  });

  it("takes a try without an answer for a broken connection", async () => {
    const work = (signal: AbortSignal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    const policy = { ...POLICY, answerMs: 1, attempts: 2 };
    await expect(retrying(work, { policy, timing: fakeTiming(), signal: undefined })).rejects.toMatchObject({
      kind: "network",
      code: "TIMEOUT",
    });
  });
});

describe("one try", () => {
  it("is not made for somebody who is not there any more", async () => {
    const reason = new Error("stopped");
    const { work } = failing();
    const tried = failing();
    await expect(answerOf(tried.work, { policy: POLICY, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(tried.calls).toBe(0);
    expect(await answerOf(work, { policy: POLICY, signal: new AbortController().signal })).toBe("done");
  });

  it("is ended when who asked for it goes", async () => {
    const stop = new AbortController();
    const reason = new Error("stopped");
    const hanging = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    const answer = answerOf(hanging, { policy: POLICY, signal: stop.signal });
    stop.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });
});
