/**
 * Many small records in page-sized values: what a row of its own would cost each record in LMDB is paid once a page.
 * A page's key is the lower bound of what it may hold, that of the first one `LEAST_KEY`. Records are never removed, so a page begins with its key.
 */
import type { Database } from "lmdb";
import { floorOf, keyNumber, LEAST_KEY, placeKey } from "../keys.js";
import { PAGE_BYTES } from "../page.js";
import { PageBuffer } from "../page-buffer.js";
import { encodePage, RecordPage } from "./record-page.js";
import { compareRecords, type PackedRecord, type RecordCodec } from "./record.js";

/** A guess at how many records fit into a page, before one was filled. */
const USUAL_RECORDS = 240;
/** A page that is as full as this is not tried with more. */
const FULL = 0.97;
/** Pages in the midst of the table are left with some room for what comes in between. */
const EVEN_FILL = 0.9;

interface StoredPage<R extends PackedRecord> {
  readonly key: Buffer;
  readonly page: RecordPage<R>;
}

/** A page as it was read, and for which places it answers. */
interface WarmPage<R extends PackedRecord> {
  readonly page: RecordPage<R>;
  readonly start: PackedRecord;
  /** undefined for the last page. */
  readonly bound: PackedRecord | undefined;
  /** Of later snapshots there may be more than it knows. */
  readonly asOf: number;
}

export class PackedTable<R extends PackedRecord> {
  readonly #database: Database<Buffer, Buffer>;
  readonly #codec: RecordCodec<R>;
  readonly #page = new PageBuffer();
  #warm: WarmPage<R> | undefined;
  readonly #warmBytes = new PageBuffer();

  constructor(database: Database<Buffer, Buffer>, codec: RecordCodec<R>) {
    this.#database = database;
    this.#codec = codec;
  }

  /** The last record of the whole table that is not behind the given place. */
  floor(place: PackedRecord): R | undefined {
    for (const key of this.#database.getKeys(floorOf(keyOf(place)))) {
      return new RecordPage(this.#codec, this.#page.read(this.#database, key)).floor(place);
    }
    return undefined;
  }

  /**
   * As `floor`, for many places while nothing is written: a page is read once for all that lie in it, where they come in order.
   * @returns answers one after another
   */
  floors(): (place: PackedRecord) => R | undefined {
    let records: readonly R[] | undefined;
    let bound: Buffer | undefined;
    let at = 0;
    let last: PackedRecord = { nodeId: 0, since: 0 };
    return (place) => {
      const isBehind = bound !== undefined && Buffer.compare(keyOf(place), bound) >= 0;
      if (!records || isBehind || compareRecords(place, last) < 0) {
        const found = this.#pageAt(place);
        records = found ? [...found.page.records()] : [];
        bound = this.#keyAfter(found?.key ?? LEAST_KEY);
        at = 0;
      }
      last = place;
      while (at < records.length && compareRecords(records[at] as R, place) <= 0) at++;
      return records[at - 1];
    };
  }

  /** The newest record of a node that is not newer than `at`. */
  newest(nodeId: number, at: number): R | undefined {
    const record = this.floor({ nodeId, since: at });
    return record?.nodeId === nodeId ? record : undefined;
  }

  /**
   * As `newest`, as of a published snapshot, which nothing that is written later concerns: the page that was read last answers
   * for its neighbours too.
   */
  newestAsOf(nodeId: number, published: number): R | undefined {
    const record = this.floorAsOf({ nodeId, since: published }, published);
    return record?.nodeId === nodeId ? record : undefined;
  }

  /** As `floor`, as of a published snapshot: of a node that was there then. */
  floorAsOf(place: PackedRecord, published: number): R | undefined {
    const warm = this.#warm;
    const page = warm && published <= warm.asOf && isWithin(warm, place) ? warm.page : this.#warmUp(place, published);
    return page?.floor(place);
  }

  /** Every record of a node, oldest first. */
  *of(nodeId: number): IterableIterator<R> {
    for (const record of this.from({ nodeId, since: 0 })) {
      if (record.nodeId > nodeId) return;
      yield record;
    }
  }

  /** Every record that is not before the given place, in order. */
  *from(place: PackedRecord): IterableIterator<R> {
    for (const start of this.#database.getKeys(floorOf(keyOf(place)))) {
      for (const { value } of this.#database.getRange({ start })) {
        for (const record of new RecordPage(this.#codec, value).records()) {
          if (compareRecords(record, place) >= 0) yield record;
        }
      }
    }
  }

  /**
   * Called within a write transaction.
   * @param puts ascending; one in the place of another replaces it
   */
  change(puts: readonly R[]): void {
    for (let next = 0; next < puts.length;) {
      const found = this.#pageAt(puts[next] as R);
      const key = found?.key ?? LEAST_KEY;
      const bound = this.#keyAfter(key);
      const here: R[] = [];
      for (; next < puts.length; next++) {
        const put = puts[next] as R;
        if (bound && Buffer.compare(keyOf(put), bound) >= 0) break;
        here.push(put);
      }
      this.#write(key, merged(found ? [...found.page.records()] : [], here), bound === undefined);
    }
  }

  /** @param isLast at the end of the table pages are filled to the brim, elsewhere they share evenly */
  #write(key: Buffer, records: readonly R[], isLast: boolean): void {
    if (isLast) {
      this.#append(key, records);
      return;
    }
    const page = encodePage(this.#codec, records);
    if (page.length <= PAGE_BYTES || records.length < 2) {
      void this.#database.put(key, page);
      return;
    }
    const cut = Math.ceil(records.length / Math.ceil(page.length / (PAGE_BYTES * EVEN_FILL)));
    this.#write(key, records.slice(0, cut), false);
    this.#write(keyOf(records[cut] as R), records.slice(cut), false);
  }

  /** Page by page, as many records in each as are found to fit: about as many as in the one before. */
  #append(first: Buffer, records: readonly R[]): void {
    let guess = USUAL_RECORDS;
    for (let from = 0; from < records.length;) {
      const fitting = this.#fitting(records, from, guess);
      void this.#database.put(from === 0 ? first : keyOf(records[from] as R), fitting.page);
      from += fitting.count;
      guess = fitting.count;
    }
  }

  #fitting(records: readonly R[], from: number, guess: number): { readonly page: Buffer; readonly count: number } {
    const left = records.length - from;
    const encoded = (wanted: number) => {
      const count = Math.max(1, Math.min(left, wanted));
      return { count, page: encodePage(this.#codec, records.slice(from, from + count)) };
    };
    let fitting = encoded(guess);
    while (fitting.page.length > PAGE_BYTES && fitting.count > 1) {
      const share = (PAGE_BYTES * 0.995) / fitting.page.length;
      fitting = encoded(Math.min(fitting.count - 1, Math.floor(fitting.count * share)));
    }
    for (let tries = 0; tries < 2 && fitting.count < left && fitting.page.length < PAGE_BYTES * FULL; tries++) {
      const more = encoded(Math.floor((fitting.count * PAGE_BYTES * 0.995) / fitting.page.length));
      if (more.page.length > PAGE_BYTES) break;
      fitting = more;
    }
    return fitting;
  }

  #warmUp(place: PackedRecord, asOf: number): RecordPage<R> | undefined {
    this.#warm = undefined;
    for (const key of this.#database.getKeys(floorOf(keyOf(place)))) {
      const page = new RecordPage(this.#codec, this.#warmBytes.read(this.#database, key));
      const bound = this.#keyAfter(key);
      this.#warm = { page, start: placeOf(key), bound: bound && placeOf(bound), asOf };
    }
    return this.#warm?.page;
  }

  #pageAt(place: PackedRecord): StoredPage<R> | undefined {
    for (const { key, value } of this.#database.getRange(floorOf(keyOf(place)))) {
      return { key, page: new RecordPage(this.#codec, value) };
    }
    return undefined;
  }

  #keyAfter(key: Buffer): Buffer | undefined {
    for (const next of this.#database.getKeys({ start: key, exclusiveStart: true, limit: 1 })) return next;
    return undefined;
  }
}

function isWithin({ start, bound }: WarmPage<PackedRecord>, place: PackedRecord): boolean {
  if (compareRecords(place, start) < 0) return false;
  return bound === undefined || compareRecords(place, bound) < 0;
}

/** @param key of a page */
function placeOf(key: Buffer): PackedRecord {
  if (key.length < PLACE_BYTES) return { nodeId: 0, since: 0 };
  return { nodeId: keyNumber(key, 0, "pages"), since: key.readUInt32BE(8) };
}

/** What lies below is `LEAST_KEY`. */
const PLACE_BYTES = 12;

function merged<R extends PackedRecord>(old: readonly R[], puts: readonly R[]): readonly R[] {
  const all: R[] = [];
  let at = 0;
  for (const put of puts) {
    while (at < old.length && compareRecords(old[at] as R, put) < 0) all.push(old[at++] as R);
    if (at < old.length && compareRecords(old[at] as R, put) === 0) at++;
    all.push(put);
  }
  while (at < old.length) all.push(old[at++] as R);
  return all;
}

function keyOf({ nodeId, since }: PackedRecord): Buffer {
  return placeKey(nodeId, since);
}
