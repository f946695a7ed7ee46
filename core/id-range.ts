/** Consecutive ids, and lists of such ranges: ascending, without overlaps, neighbours joined. */
export interface IdRange {
  readonly first: number;
  /** At least 1. */
  readonly count: number;
}

/** Makes ranges of ids that come in ascending order. */
export class RangeBuilder {
  readonly #ranges: { first: number; count: number }[] = [];

  /** @param id not below any before; one that is there already changes nothing */
  add(id: number): void {
    const last = this.#ranges.at(-1);
    const end = last === undefined ? -1 : last.first + last.count;
    if (id < end) return;
    if (last !== undefined && id === end) last.count++;
    else this.#ranges.push({ first: id, count: 1 });
  }

  get ranges(): readonly IdRange[] {
    return this.#ranges;
  }
}

/** @param ids ascending */
export function rangesOf(ids: Iterable<number>): readonly IdRange[] {
  const builder = new RangeBuilder();
  for (const id of ids) builder.add(id);
  return builder.ranges;
}

/** @param ranges ascending */
export function isInRanges(ranges: readonly IdRange[], id: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.first ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low - 1];
  return range !== undefined && id < range.first + range.count;
}
