/**
 * A packed table, looked through once from end to end and then asked for records. It remembers where each page is, some
 * dozens of bytes for a hundred records, and keeps the pages that were asked for last.
 */
import { LRUCache } from "lru-cache";
import { DamagedError, messageOf } from "../../core/errors.js";
import { keyNumber } from "../keys.js";
import { RecordPage } from "../packed/record-page.js";
import { compareRecords, type PackedRecord, type RecordCodec } from "../packed/record.js";
import type { OverflowPlace } from "../pages/tree-page.js";
import type { FileState } from "./file-state.js";
import { problem, type CatalogProblem } from "./problem.js";

const PAGES_KEPT = 512;

interface IndexedPage extends PackedRecord {
  readonly value: Buffer | OverflowPlace;
}

export class PackedIndex<R extends PackedRecord> {
  readonly #file: FileState;
  readonly #codec: RecordCodec<R>;
  /** By first record; only pages that can be read. */
  readonly #pages: IndexedPage[] = [];
  readonly #kept = new LRUCache<number, readonly R[]>({ max: PAGES_KEPT });

  constructor(file: FileState, codec: RecordCodec<R>) {
    this.#file = file;
    this.#codec = codec;
  }

  /** Whether all of it could be read: what it does not have is not there. */
  get isWhole(): boolean {
    return !this.#file.broken.has(this.#codec.name);
  }

  /** All pages in order: their records, or what is wrong with them. Once, before anything is asked. */
  *scan(): IterableIterator<readonly R[] | CatalogProblem> {
    const { name } = this.#codec;
    let last: R | undefined;
    let isFirst = true;
    for (const row of this.#file.rows(name)) {
      if ("message" in row) {
        yield row;
        continue;
      }
      try {
        const records = this.#decode(row.value);
        const first = records[0];
        const bound = keyBound(row.key, isFirst, name);
        isFirst = false;
        yield* this.#disorder(records, bound, last);
        if (!first) continue;
        last = records.at(-1);
        this.#pages.push({
          nodeId: first.nodeId,
          since: first.since,
          value: isOwn(row.value) ? Buffer.from(row.value) : row.value,
        });
        yield records;
      } catch (error) {
        if (!(error instanceof DamagedError)) throw error;
        this.#file.broken.add(name);
        yield problem("record", `${name}: page ${row.key.toString("hex")}`, messageOf(error));
      }
    }
  }

  /** Every record that can be read, in order. */
  *records(): IterableIterator<R> {
    for (let page = 0; page < this.#pages.length; page++) yield* this.#records(page);
  }

  /** The last record that is not behind the given place. */
  floor(place: PackedRecord): R | undefined {
    const page = this.#pageOf(place);
    const records = page < 0 ? [] : this.#records(page);
    let low = 0;
    let high = records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareRecords(records[middle] as R, place) <= 0) low = middle + 1;
      else high = middle;
    }
    return records[low - 1];
  }

  /** The newest record of a node that is not newer than `at`. */
  newest(nodeId: number, at: number): R | undefined {
    const record = this.floor({ nodeId, since: at });
    return record?.nodeId === nodeId ? record : undefined;
  }

  /** Every record of a node, oldest first. */
  of(nodeId: number): readonly R[] {
    const found: R[] = [];
    for (let page = Math.max(0, this.#pageOf({ nodeId, since: 0 })); page < this.#pages.length; page++) {
      if ((this.#pages[page] as IndexedPage).nodeId > nodeId) break;
      for (const record of this.#records(page)) if (record.nodeId === nodeId) found.push(record);
    }
    return found;
  }

  *#disorder(records: readonly R[], bound: PackedRecord, last: R | undefined): IterableIterator<CatalogProblem> {
    const { name } = this.#codec;
    const first = records[0];
    if (first && (compareRecords(first, bound) < 0 || (last && compareRecords(last, bound) >= 0))) {
      yield problem("order", `${name}: node ${first.nodeId}`, "a page's key does not part it from the page before");
    }
    let before = last;
    for (const record of records) {
      if (before && compareRecords(before, record) >= 0) {
        yield problem("order", `${name}: node ${record.nodeId}`, "its records are out of order");
      }
      before = record;
    }
  }

  #pageOf(place: PackedRecord): number {
    let low = 0;
    let high = this.#pages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareRecords(this.#pages[middle] as IndexedPage, place) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #records(index: number): readonly R[] {
    const kept = this.#kept.get(index);
    if (kept) return kept;
    const records = this.#decode((this.#pages[index] as IndexedPage).value);
    this.#kept.set(index, records);
    return records;
  }

  /** @throws DamagedError */
  #decode(value: Buffer | OverflowPlace): readonly R[] {
    const { name } = this.#codec;
    const bytes = this.#file.read(value);
    if (typeof bytes === "string")
      throw new DamagedError(`A page of ${name} cannot be read: ${bytes}`, { where: name });
    return [...new RecordPage(this.#codec, bytes).records()];
  }
}

function isOwn(value: Buffer | OverflowPlace): value is Buffer {
  return Buffer.isBuffer(value);
}

/** The first page's key is before everything. */
function keyBound(key: Buffer, isFirst: boolean, name: string): PackedRecord {
  if (isFirst && key.length === 1) return { nodeId: 0, since: 0 };
  if (key.length !== 12) throw new DamagedError(`A key of ${name} has another size`, { where: name });
  return { nodeId: keyNumber(key, 0, name), since: key.readUInt32BE(8) };
}
