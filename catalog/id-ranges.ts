/**
 * Tables of ranges of content ids: first id → how many, and for `moved` in which bundle they are now. Ranges never overlap; what
 * is set anew cuts out what was there.
 */
import type { Database } from "lmdb";
import type { IdRange } from "../core/id-range.js";
import type { BundleId, ContentId } from "../core/ids.js";
import { floorOf, keyNumber, numberKey } from "./keys.js";
import { bundleRangeValue, countValue } from "./values.js";

type BinaryTable = Database<Buffer, Buffer>;

/** A range of contents in one bundle. */
export interface PlacedRange extends IdRange {
  readonly bundleId: BundleId;
}

/** @returns the range of a table of bundles that holds an id */
export function placedRangeAt(table: BinaryTable, contentId: ContentId): PlacedRange | undefined {
  for (const { key, value } of table.getRange(floorOf(numberKey(contentId)))) {
    const range = { first: keyNumber(key, 0, "bundles"), ...bundleRangeValue.decode(value) };
    if (contentId < range.first + range.count) return range;
  }
  return undefined;
}

export function* placedRanges(table: BinaryTable): Generator<PlacedRange> {
  for (const { key, value } of table.getRange())
    yield { first: keyNumber(key, 0, "bundles"), ...bundleRangeValue.decode(value) };
}

/** From now on the contents are in this bundle. Called within a write transaction. */
export function move(table: BinaryTable, { first, count }: IdRange, bundleId: BundleId): void {
  const end = first + count;
  const overlapping: PlacedRange[] = [];
  const before = first > 0 ? placedRangeAt(table, first as ContentId) : undefined;
  if (before && before.first < first) overlapping.push(before);
  for (const { key, value } of table.getRange({ start: numberKey(first), end: numberKey(end) }))
    overlapping.push({ first: keyNumber(key, 0, "moved"), ...bundleRangeValue.decode(value) });
  for (const old of overlapping) {
    void table.remove(numberKey(old.first));
    const put = (from: number, to: number): void => {
      if (from < to)
        void table.put(numberKey(from), bundleRangeValue.encode({ bundleId: old.bundleId, count: to - from }));
    };
    put(old.first, Math.min(first, old.first + old.count));
    put(Math.max(end, old.first), old.first + old.count);
  }
  void table.put(numberKey(first), bundleRangeValue.encode({ bundleId, count }));
}

export function* idRanges(table: BinaryTable): Generator<IdRange> {
  for (const { key, value } of table.getRange())
    yield { first: keyNumber(key, 0, "condemned"), count: countValue.decode(value) };
}

/** The ranges of a table in memory, 16 bytes each, because every file of a backup is asked for. */
export class RangeLookup {
  readonly #table: BinaryTable;
  #firsts: Float64Array | undefined;
  #ends = new Float64Array(0);

  constructor(table: BinaryTable) {
    this.#table = table;
  }

  /** The table may have changed. */
  forget(): void {
    this.#firsts = undefined;
  }

  has(id: number): boolean {
    const firsts = (this.#firsts ??= this.#read());
    let low = 0;
    let high = firsts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((firsts[middle] ?? 0) <= id) low = middle + 1;
      else high = middle;
    }
    return low > 0 && id < (this.#ends[low - 1] ?? 0);
  }

  #read(): Float64Array {
    const ranges = [...idRanges(this.#table)];
    this.#ends = Float64Array.from(ranges, ({ first, count }) => first + count);
    return Float64Array.from(ranges, ({ first }) => first);
  }
}

/** Joined with what it touches. Called within a write transaction. */
export function addRange(table: BinaryTable, range: IdRange): void {
  let { first } = range;
  let end = first + range.count;
  for (const { key, value } of table.getRange(floorOf(numberKey(first)))) {
    const before = { first: keyNumber(key, 0, "condemned"), count: countValue.decode(value) };
    if (before.first + before.count < first) break;
    first = before.first;
    end = Math.max(end, before.first + before.count);
  }
  const keys: Buffer[] = [];
  for (const { key, value } of table.getRange({ start: numberKey(first), end: numberKey(end + 1) })) {
    keys.push(Buffer.from(key));
    end = Math.max(end, keyNumber(key, 0, "condemned") + countValue.decode(value));
  }
  for (const key of keys) void table.remove(key);
  void table.put(numberKey(first), countValue.encode(end - first));
}
