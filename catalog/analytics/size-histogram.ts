/** How files are distributed by size: in a few steps for people, and finely enough to tell the median. */
import { type Tally, Tallying } from "./tally.js";

const KIB = 1024;
const MIB = KIB ** 2;
const GIB = KIB ** 3;

/** Upper bounds in bytes, inclusive; the last has none. */
const STEPS = [
  0,
  KIB,
  16 * KIB,
  256 * KIB,
  4 * MIB,
  64 * MIB,
  GIB,
  16 * GIB,
  256 * GIB,
  1024 * GIB,
  Number.POSITIVE_INFINITY,
] as const;

/**
 * Steps of the fine histogram. Each is 4.4 % wider than the one before, so the middle of one is 2.2 % off at most; up to 22
 * bytes every size has its own, and rounding to whole bytes adds no more than another 2.2 % above.
 */
const PER_DOUBLING = 16;
const DOUBLINGS = 53;

export interface SizeStep extends Tally {
  /** Larger than the step before, and at most this; undefined: without a bound. */
  readonly atMostBytes: number | undefined;
}

export class SizeHistogram {
  readonly #steps = STEPS.map(() => new Tallying());
  readonly #fine = new Float64Array(PER_DOUBLING * DOUBLINGS + 1);
  readonly #all = new Tallying();

  add(sizeBytes: number): void {
    this.#all.add(sizeBytes);
    let step = 0;
    while (sizeBytes > (STEPS[step] ?? Number.POSITIVE_INFINITY)) step++;
    this.#steps[step]?.add(sizeBytes);
    if (sizeBytes > 0) {
      const index = Math.floor(Math.log2(sizeBytes) * PER_DOUBLING);
      this.#fine[index] = (this.#fine[index] ?? 0) + 1;
    }
  }

  /** Every step, empty ones too, from small to large. */
  steps(): readonly SizeStep[] {
    return this.#steps.map(({ files, bytes }, step) => {
      const bound = STEPS[step] ?? Number.POSITIVE_INFINITY;
      return { atMostBytes: Number.isFinite(bound) ? bound : undefined, files, bytes };
    });
  }

  /** Exact. undefined when there is no file. */
  averageBytes(): number | undefined {
    const { files, bytes } = this.#all;
    return files === 0 ? undefined : bytes / files;
  }

  /** Within 5 %: half of the files are no larger. undefined when there is no file. */
  medianBytes(): number | undefined {
    const { files } = this.#all;
    if (files === 0) return undefined;
    let seen = this.#steps[0]?.files ?? 0;
    if (seen * 2 >= files) return 0;
    const index = this.#fine.findIndex((count) => {
      seen += count;
      return seen * 2 >= files;
    });
    return Math.round(2 ** ((index + 0.5) / PER_DOUBLING));
  }
}
