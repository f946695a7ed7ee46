/**
 * Stretches of a file gathered in bounded memory, however many they are: where there are too many, those with the smallest gaps between
 * them become one. What is told is never less than what was added.
 */
import { type ByteRange, type ByteRanges, joined } from "./byte-range.js";

/** A few megabytes. */
const MOST = 65_536;
/** What two neighbours may have between them in the first place: reading that costs less than asking twice. */
const FIRST_GAP_BYTES = 4096;

export class CoarseRanges {
  readonly #most: number;
  #ranges: ByteRange[] = [];

  /** @param most what is told has no more ranges than this */
  constructor(most = MOST) {
    this.#most = most;
  }

  /** In any order; empty ones and such that overlap too. */
  add(range: ByteRange): void {
    this.#ranges.push(range);
    if (this.#ranges.length >= 2 * this.#most) this.#ranges = coarsened(joined(this.#ranges), this.#most);
  }

  ranges(): ByteRanges {
    return coarsened(joined(this.#ranges), this.#most);
  }
}

function coarsened(ranges: ByteRanges, most: number): ByteRange[] {
  let found = [...ranges];
  for (let gap = FIRST_GAP_BYTES; found.length > most; gap *= 2) {
    const wider: { start: number; end: number }[] = [];
    for (const { start, end } of found) {
      const last = wider.at(-1);
      if (last && start - last.end <= gap) last.end = end;
      else wider.push({ start, end });
    }
    found = wider;
  }
  return found;
}
