/**
 * How long the requests of one run may wait, all together, for single files that fail: a file that somebody has locked is
 * worth a few seconds, a hundred thousand of them are not worth a day; nor are files whose connection always breaks. What goes well gives a little back, so that now and
 * then a failure is waited for however long a run is.
 */

/** Of all workers together. */
const FULL_MS = 300_000;
const EARNED_MS = 5;

export class RunBudget {
  readonly #fullMs: number;
  #leftMs: number;

  constructor(fullMs: number = FULL_MS) {
    this.#fullMs = fullMs;
    this.#leftMs = fullMs;
  }

  /** @returns whether there was so much left; otherwise nothing is taken */
  spend(ms: number): boolean {
    if (ms > this.#leftMs) return false;
    this.#leftMs -= ms;
    return true;
  }

  /** Called for each request that went well. */
  earn(): void {
    this.#leftMs = Math.min(this.#fullMs, this.#leftMs + EARNED_MS);
  }
}
