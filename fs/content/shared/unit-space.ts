/**
 * Which units of a shared memory a blob lies in: a chain, mostly of units behind each other, as the search for free ones goes
 * through the memory in order. Views of neighbours are one. Called under the lock.
 */
import { FREE_UNIT, Header, UNIT_BYTES, type Layout } from "./layout.js";

export const unitsFor = (sizeBytes: number): number => Math.ceil(sizeBytes / UNIT_BYTES);

/** @param count at most as many as are free @returns the first unit, counted from 1; 0 when `count` is 0 */
export function takeUnits({ header, links, unitCount }: Layout, count: number): number {
  let first = 0;
  let last = -1;
  let at = header[Header.cursor] ?? 0;
  for (let taken = 0; taken < count; at = at + 1 === unitCount ? 0 : at + 1) {
    if (links[at] !== FREE_UNIT) continue;
    links[at] = 0;
    if (last < 0) first = at + 1;
    else links[last] = at + 1;
    last = at;
    taken++;
  }
  header[Header.cursor] = at;
  header[Header.freeUnits] = (header[Header.freeUnits] ?? 0) - count;
  return first;
}

export function freeUnits({ header, links }: Layout, first: number): void {
  let count = 0;
  for (let unit = first; unit > 0; count++) {
    const next = links[unit - 1] ?? 0;
    links[unit - 1] = FREE_UNIT;
    unit = next;
  }
  header[Header.freeUnits] = (header[Header.freeUnits] ?? 0) + count;
}

/** Views of the bytes from `start` to `end` of a blob, in order. */
export function viewUnits(layout: Layout, first: number, start: number, end: number): Uint8Array[] {
  const { links, units } = layout;
  const views: Uint8Array[] = [];
  let unit = first;
  let at = 0;
  while (unit > 0 && at < end) {
    const from = unit - 1;
    let length = UNIT_BYTES;
    let next = links[from] ?? 0;
    for (; next === from + 1 + length / UNIT_BYTES; next = links[next - 1] ?? 0) {
      length += UNIT_BYTES;
      if (at + length >= end) break;
    }
    const [skipped, stop] = [Math.max(0, start - at), Math.min(length, end - at)];
    if (stop > skipped) views.push(units.subarray(from * UNIT_BYTES + skipped, from * UNIT_BYTES + stop));
    at += length;
    unit = next;
  }
  return views;
}
