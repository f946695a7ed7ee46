/**
 * How many operations a second are asked for at most: a bucket of tokens, one an operation, filled at the rate. The policy alone; the
 * time is passed in, of a clock that never runs back.
 */

/** Seconds' worth that may come at once after a pause. */
const BURST_SECONDS = 0.25;

export class OperationRate {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #asOfMs = Number.NEGATIVE_INFINITY;

  /** @param perSecond at least 1 */
  constructor(perSecond: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = Math.max(1, perSecond * BURST_SECONDS);
    this.#tokens = this.#burst;
  }

  /** Takes a token. @returns how long to wait before it may be used, in milliseconds; 0: not at all. First come, first served */
  take(nowMs: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#asOfMs) * this.#perMs);
    this.#asOfMs = nowMs;
    this.#tokens--;
    return this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens / this.#perMs);
  }

  /** A token that was taken was not used. */
  giveBack(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1);
  }
}
