/** Time and chance, passed in wherever something waits or is measured, as tests want to have them. */
import { setTimeout as delay } from "node:timers/promises";

export interface Timing {
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** 0 ≤ x < 1 */
  random(): number;
  /** Milliseconds since 1970: for dates that others have written, or will read. The clock may be set, forward and back, at any time. */
  nowMs(): number;
  /** Milliseconds since some moment; never runs back, whatever is done to the clock: for everything that is measured and waited for. */
  elapsedMs(): number;
}

export const realTiming: Timing = {
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
  random: () => Math.random(),
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
};
