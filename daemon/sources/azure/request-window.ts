/**
 * How many requests may be under way: the policy, without waiting and without a clock of its own; the times that it is told are of one that
 * never runs back. It grows by one for each round of
 * answers and is cut when the service is busy or answers slowly (additive increase, multiplicative decrease), so that all who use
 * a share find their part without knowing of each other. What was under way at the time of a cut tells of the time before it and cuts nothing.
 */

export interface WindowOptions {
  /** It never gets wider. At least 1. */
  readonly most: number;
  /** Where it begins; less where `most` is. */
  readonly first?: number | undefined;
}

const FIRST = 8;
const CUT_WHEN_BUSY = 0.5;
const CUT_WHEN_SLOW = 0.75;
/** An answer is slow when it takes so many times as long as the quickest ones of late… */
const SLOW_TIMES = 4;
/** …and longer than this: differences below are no sign of anything. */
const SLOW_MS = 1_000;
/** No answer counts as quicker: of nothing, nothing would ever be forgotten. */
const LEAST_MS = 1;
/** By how much an answer makes "of late" forget the quickest: half of it in some 700 answers. */
const FORGETTING = 1.001;

/** Why it was cut. */
export type Cut = "busy" | "slow";

export class RequestWindow {
  readonly #most: number;
  #width: number;
  #cutAtMs = Number.NEGATIVE_INFINITY;
  #quickestMs = Number.POSITIVE_INFINITY;

  constructor({ most, first = FIRST }: WindowOptions) {
    this.#most = most;
    this.#width = Math.min(first, most);
  }

  /** How many may be under way now; at least 1. */
  get size(): number {
    return Math.floor(this.#width);
  }

  /**
   * @param isFull whether as many as may be were under way: when fewer are wanted, nothing is learnt about more
   * @returns "slow" when it was cut
   */
  answered(begunMs: number, nowMs: number, isFull: boolean): Cut | undefined {
    const tookMs = Math.max(LEAST_MS, nowMs - begunMs);
    const isSlow = tookMs > SLOW_MS && tookMs > this.#quickestMs * SLOW_TIMES;
    this.#quickestMs = Math.min(tookMs, this.#quickestMs * FORGETTING);
    if (isSlow) return this.#cut("slow", CUT_WHEN_SLOW, begunMs, nowMs);
    if (isFull) this.#width = Math.min(this.#most, this.#width + 1 / this.#width);
    return undefined;
  }

  /** The service was busy, or did not answer in time. @returns "busy" when it was cut */
  refused(begunMs: number, nowMs: number): Cut | undefined {
    return this.#cut("busy", CUT_WHEN_BUSY, begunMs, nowMs);
  }

  #cut(why: Cut, by: number, begunMs: number, nowMs: number): Cut | undefined {
    if (begunMs < this.#cutAtMs) return undefined;
    this.#cutAtMs = nowMs;
    this.#width = Math.max(1, this.#width * by);
    return why;
  }
}
