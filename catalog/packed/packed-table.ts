/**
 * Many small records in page-sized values: what a row of its own would cost each record in LMDB is paid once a page.
 * A page's key is the lower bound of what it may hold. Each page carries a checksum, so that damage is told before
 * anything is believed.
 */
import { crc32 } from "node:zlib";
import type { Database } from "lmdb";
import { DamagedError } from "../../core/errors.js";
import { PAGE_BYTES } from "../page.js";

const CHECKSUM_BYTES = 4;
/** Before every record's key: the first page's own. LMDB knows no empty key. */
const FIRST_KEY = Buffer.of(0);

/** How records of one table are ordered, found and written. */
export interface RecordCodec<R> {
  /** For errors. */
  readonly name: string;
  /** Sorts as `compare` does. */
  key(record: R): Buffer;
  compare(a: R, b: R): number;
  /** @param records ascending */
  encode(records: readonly R[]): Buffer;
  /** @throws DamagedError */
  decode(bytes: Buffer): R[];
}

export class PackedTable<R> {
  readonly #database: Database<Buffer, Buffer>;
  readonly #codec: RecordCodec<R>;

  constructor(database: Database<Buffer, Buffer>, codec: RecordCodec<R>) {
    this.#database = database;
    this.#codec = codec;
  }

  /** The bytes of the page in which `key` lies, for a reader of its own; undefined while the table is empty. */
  page(key: Buffer): Buffer | undefined {
    for (const { value } of this.#database.getRange(floorOf(key))) return this.#verified(value);
    return undefined;
  }

  /** The pages from the one in which `key` lies. */
  *pages(key: Buffer): IterableIterator<Buffer> {
    for (const start of this.#database.getKeys(floorOf(key))) {
      for (const { value } of this.#database.getRange({ start })) yield this.#verified(value);
    }
  }

  /**
   * Called within a write transaction.
   * @param puts ascending; one that compares equal to a record replaces it
   */
  change(puts: readonly R[]): void {
    for (let next = 0; next < puts.length;) {
      const page = this.#floor(this.#codec.key(puts[next] as R)) ?? { key: FIRST_KEY, records: [] };
      const bound = this.#keyAfter(page.key);
      const here: R[] = [];
      for (; next < puts.length; next++) {
        const put = puts[next] as R;
        if (bound && Buffer.compare(this.#codec.key(put), bound) >= 0) break;
        here.push(put);
      }
      this.#write(page.key, this.#merge(page.records, here), bound === undefined);
    }
  }

  #merge(old: readonly R[], puts: readonly R[]): R[] {
    const merged: R[] = [];
    let at = 0;
    for (const put of puts) {
      while (at < old.length && this.#codec.compare(old[at] as R, put) < 0) merged.push(old[at++] as R);
      if (at < old.length && this.#codec.compare(old[at] as R, put) === 0) at++;
      merged.push(put);
    }
    while (at < old.length) merged.push(old[at++] as R);
    return merged;
  }

  /** @param isLast at the end of the table pages are filled to the brim, elsewhere they share evenly */
  #write(key: Buffer, records: readonly R[], isLast: boolean): void {
    const bytes = this.#codec.encode(records);
    if (bytes.length + CHECKSUM_BYTES <= PAGE_BYTES || records.length < 2) {
      void this.#database.put(key, this.#seal(bytes));
      return;
    }
    const share = isLast ? (PAGE_BYTES - 2 * CHECKSUM_BYTES) / bytes.length : 0.5;
    const cut = Math.min(records.length - 1, Math.max(1, Math.floor(records.length * share)));
    const tail = records.slice(cut);
    this.#write(key, records.slice(0, cut), false);
    this.#write(this.#codec.key(tail[0] as R), tail, isLast);
  }

  #floor(key: Buffer): { readonly key: Buffer; readonly records: R[] } | undefined {
    for (const { key: own, value } of this.#database.getRange(floorOf(key))) {
      return { key: own, records: this.#codec.decode(this.#verified(value)) };
    }
    return undefined;
  }

  #keyAfter(key: Buffer): Buffer | undefined {
    for (const next of this.#database.getKeys({ start: key, exclusiveStart: true, limit: 1 })) return next;
    return undefined;
  }

  #seal(bytes: Buffer): Buffer {
    const page = Buffer.allocUnsafe(CHECKSUM_BYTES + bytes.length);
    page.writeUInt32LE(crc32(bytes), 0);
    bytes.copy(page, CHECKSUM_BYTES);
    return page;
  }

  #verified(page: Buffer): Buffer {
    const bytes = page.subarray(CHECKSUM_BYTES);
    if (page.length < CHECKSUM_BYTES || crc32(bytes) !== page.readUInt32LE(0)) {
      throw new DamagedError(`A page of ${this.#codec.name} is damaged: its checksum is wrong.`, {
        where: this.#codec.name,
      });
    }
    return bytes;
  }
}

/** The range of the one row with the greatest key not above `key`. */
function floorOf(key: Buffer) {
  return { start: key, end: FIRST_KEY, inclusiveEnd: true, reverse: true, limit: 1 };
}
