/**
 * Stretches of a file gathered in bounded memory, however many they are: where there are too many, those with the smallest gaps between
 * them become one. What is told is never less than what was added.
 */
import { type ByteRange, type ByteRanges, joined } from "./byte-range.js";

/** Four megabytes while they are gathered, where they are so many. More would not help: most chunks of the file have a change then, and are read. */
const MOST = 131_072;
/** What two neighbours may have between them in the first place: reading that costs less than asking twice. */
const FIRST_GAP_BYTES = 4096;
/** Most files have a few. */
const FIRST_ROOM = 64;

export class CoarseRanges {
  readonly #most: number;
  /** Start and end by turns, twice as many ranges as are told at most. */
  #bounds: Float64Array;
  #count = 0;
  /** They mostly come in order. */
  #isAscending = true;

  /** @param most what is told has no more ranges than this */
  constructor(most = MOST) {
    this.#most = most;
    this.#bounds = new Float64Array(2 * Math.min(FIRST_ROOM, 2 * most));
  }

  /** In any order; empty ones and such that overlap too. */
  add({ start, end }: ByteRange): void {
    if (start >= end) return;
    const lastEnd = this.#count === 0 ? -1 : (this.#bounds[2 * this.#count - 1] ?? -1);
    if (start === lastEnd) {
      this.#bounds[2 * this.#count - 1] = end;
      return;
    }
    if (start < lastEnd) this.#isAscending = false;
    if (2 * this.#count === this.#bounds.length) this.#grow();
    this.#bounds[2 * this.#count] = start;
    this.#bounds[2 * this.#count + 1] = end;
    this.#count++;
    if (this.#count === 2 * this.#most) this.#coarsen();
  }

  ranges(): ByteRanges {
    this.#coarsen();
    return this.#all();
  }

  #grow(): void {
    const larger = new Float64Array(Math.min(2 * this.#bounds.length, 4 * this.#most));
    larger.set(this.#bounds);
    this.#bounds = larger;
  }

  #all(): ByteRange[] {
    return Array.from({ length: this.#count }, (_, n) => ({
      start: this.#bounds[2 * n] ?? 0,
      end: this.#bounds[2 * n + 1] ?? 0,
    }));
  }

  #coarsen(): void {
    if (!this.#isAscending) this.#sort();
    for (let gap = FIRST_GAP_BYTES; this.#count > this.#most; gap *= 2) this.#close(gap);
  }

  #sort(): void {
    const sorted = joined(this.#all());
    for (const [n, { start, end }] of sorted.entries()) this.#bounds.set([start, end], 2 * n);
    this.#count = sorted.length;
    this.#isAscending = true;
  }

  /** Makes one of neighbours with no more than so many bytes between them. */
  #close(gapBytes: number): void {
    const bounds = this.#bounds;
    let kept = 1;
    for (let n = 1; n < this.#count; n++) {
      const start = bounds[2 * n] ?? 0;
      const end = bounds[2 * n + 1] ?? 0;
      if (start - (bounds[2 * kept - 1] ?? 0) <= gapBytes) bounds[2 * kept - 1] = end;
      else {
        bounds[2 * kept] = start;
        bounds[2 * kept + 1] = end;
        kept++;
      }
    }
    this.#count = kept;
  }
}
