/** Stretches of a file, in bytes. */

/** `end` is the first byte behind it; never empty. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Ascending, with a gap between any two: what overlaps or touches is one. */
export type ByteRanges = readonly ByteRange[];

/** Any stretches, empty ones too, as `ByteRanges`. */
export function joined(ranges: Iterable<ByteRange>): ByteRanges {
  const found: { start: number; end: number }[] = [];
  const sorted = [...ranges].filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  for (const { start, end } of sorted) {
    const last = found.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else found.push({ start, end });
  }
  return found;
}

/** What of them lies before `end`. */
export function before(ranges: ByteRanges, end: number): ByteRanges {
  return ranges
    .filter(({ start }) => start < end)
    .map((range) => ({ start: range.start, end: Math.min(range.end, end) }));
}

/** Those that have a byte in common with a stretch, whole; found in as many steps as their number has binary digits. */
export function overlapping(ranges: ByteRanges, { start, end }: ByteRange): ByteRanges {
  if (start >= end) return [];
  return ranges.slice(
    firstThat(ranges, (range) => range.end > start),
    firstThat(ranges, (range) => range.start >= end),
  );
}

/** The index of the first range that is so, when all behind it are too; their number when none is. */
function firstThat(ranges: ByteRanges, isSo: (range: ByteRange) => boolean): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle];
    if (range && isSo(range)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function totalBytes(ranges: ByteRanges): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}
