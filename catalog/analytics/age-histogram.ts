/** How long ago files were written, as seen from the moment a snapshot was begun. */
import type { TimeNs } from "../../core/time.js";
import { type Tally, Tallying } from "./tally.js";

const DAY_NS = 86_400_000_000_000n;

/** Upper bounds in days, inclusive; a year has 365. Before them comes the future, behind them what is older. */
const DAYS = [1, 7, 30, 90, 365, 730, 1825] as const;

export interface AgeStep extends Tally {
  /** Older than the step before, and at most this; 0: written after the snapshot was begun; undefined: without a bound. */
  readonly atMostDays: number | undefined;
}

export class AgeHistogram {
  /** The moment itself, and then ever earlier: a file belongs to the first step whose bound it is not before. */
  readonly #bounds: readonly bigint[];
  readonly #future = new Tallying();
  readonly #steps = [...DAYS, undefined].map(() => new Tallying());
  readonly #at: bigint;

  /** @param at the moment; what was written at it is not in the future */
  constructor(at: TimeNs) {
    this.#at = at;
    this.#bounds = DAYS.map((days) => at - BigInt(days) * DAY_NS);
  }

  add(mtimeNs: TimeNs, sizeBytes: number): void {
    if (mtimeNs > this.#at) {
      this.#future.add(sizeBytes);
      return;
    }
    // Halving, because comparing bigints is what this costs.
    let low = 0;
    let high: number = DAYS.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (mtimeNs >= (this.#bounds[middle] ?? 0n)) high = middle;
      else low = middle + 1;
    }
    this.#steps[low]?.add(sizeBytes);
  }

  /** Every step, empty ones too, from the future to the oldest. */
  steps(): readonly AgeStep[] {
    const { files, bytes } = this.#future;
    const past = this.#steps.map((tally, step) => ({
      atMostDays: DAYS[step],
      files: tally.files,
      bytes: tally.bytes,
    }));
    return [{ atMostDays: 0, files, bytes }, ...past];
  }
}
