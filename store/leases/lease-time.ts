/**
 * How long a lease lives, and the one clock that judges it: a monotonic one, of the process that judges. Clocks of two
 * machines are never compared.
 */
import { setTimeout as delay } from "node:timers/promises";

export interface LeaseTiming {
  /** From one heartbeat to the next. */
  readonly beatMs: number;
  /** A lease that does not change for so long may be taken over. */
  readonly expiryMs: number;
  /** How often a lease is looked at that somebody else has. */
  readonly pollMs: number;
}

/** Three heartbeats in a row may fail. A watcher hears of a holder that is well after some ten seconds. */
export const LEASE_TIMING: LeaseTiming = { beatMs: 10_000, expiryMs: 60_000, pollMs: 2000 };

/**
 * How long after its last heartbeat a holder stops writing: one heartbeat earlier than others may take over, so that
 * what it has sent last arrives before, and clocks of different speeds do no harm.
 */
export function holdMs({ beatMs, expiryMs }: LeaseTiming): number {
  return expiryMs - beatMs;
}

export interface LeaseTime {
  /** Milliseconds since some moment; never set back. */
  nowMs(): number;
  /** Calls `work` now and then until told to stop. */
  every(ms: number, work: () => void): () => void;
  /** @throws the signal's reason */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

export const systemLeaseTime: LeaseTime = {
  nowMs: () => performance.now(),
  every(ms, work) {
    const timer = setInterval(work, ms).unref();
    return () => clearInterval(timer);
  },
  async wait(ms, signal) {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
