// Owns time in these tests: pauses are noted, never waited for.
import type { RetryPolicy } from "../../../../daemon/sources/azure/retry.js";
import type { Timing } from "../../../../daemon/sources/azure/timing.js";

export interface FakeTiming extends Timing {
  readonly pauses: number[];
  /** Sets the machine's clock so far off; what has elapsed stays what it is. */
  setClock(offMs: number): void;
}

/**
 * Only what was slept has elapsed; who sleeps at the same time sleeps side by side.
 * @param nowMs the machine's clock where real requests are signed with it
 */
export function fakeTiming(random = 0.5, nowMs = () => Date.UTC(2026, 10, 20, 10, 0, 0)): FakeTiming {
  const pauses: number[] = [];
  let offMs = 0;
  let sleptMs = 0;
  return {
    pauses,
    setClock(ms) {
      offMs = ms;
    },
    async sleep(ms, signal) {
      pauses.push(ms);
      signal?.throwIfAborted();
      const tillMs = sleptMs + ms;
      await Promise.resolve();
      sleptMs = Math.max(sleptMs, tillMs);
    },
    random: () => random,
    nowMs: () => nowMs() + offMs,
    elapsedMs: () => sleptMs,
  };
}

export const POLICY: RetryPolicy = {
  attempts: 5,
  firstPauseMs: 100,
  longestPauseMs: 1_000,
  budgetMs: 60_000,
  outageMs: 60_000,
  answerMs: 20_000,
  silenceMs: 20_000,
};
