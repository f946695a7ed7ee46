/**
 * A page of records: a checksum, so that damage is told before anything is believed, and records in groups that are
 * each encoded by themselves, with a table of where they begin. A record is found by halving the groups and stepping through one.
 */
import { crc32 } from "node:zlib";
import { DamagedError } from "../../core/errors.js";
import { compareRecords, type PackedRecord, type RecordCodec, type RecordCursor } from "./record.js";

/** More make a page denser, fewer make looking one up faster. */
const RECORDS_PER_GROUP = 32;
const CHECKSUM_BYTES = 4;
/** Checksum and number of groups. */
const HEADER_BYTES = CHECKSUM_BYTES + 2;
const OFFSET_BYTES = 2;

/** @param records ascending */
export function encodePage<R extends PackedRecord>(codec: RecordCodec<R>, records: readonly R[]): Buffer {
  const groups: Buffer[] = [];
  for (let from = 0; from < records.length; from += RECORDS_PER_GROUP) {
    groups.push(codec.encode(records.slice(from, from + RECORDS_PER_GROUP)));
  }
  const header = Buffer.alloc(HEADER_BYTES + groups.length * OFFSET_BYTES);
  header.writeUInt16LE(groups.length, CHECKSUM_BYTES);
  let offset = header.length;
  for (const [index, group] of groups.entries()) {
    // A page that will not fit is only measured.
    header.writeUInt16LE(Math.min(offset, 0xffff), HEADER_BYTES + index * OFFSET_BYTES);
    offset += group.length;
  }
  const page = Buffer.concat([header, ...groups], offset);
  page.writeUInt32LE(crc32(page.subarray(CHECKSUM_BYTES)), 0);
  return page;
}

export class RecordPage<R extends PackedRecord> {
  readonly #codec: RecordCodec<R>;
  readonly #bytes: Buffer;
  readonly #groups: number;

  /** @throws DamagedError */
  constructor(codec: RecordCodec<R>, bytes: Buffer) {
    this.#codec = codec;
    this.#bytes = bytes;
    if (bytes.length < HEADER_BYTES || crc32(bytes.subarray(CHECKSUM_BYTES)) !== bytes.readUInt32LE(0)) {
      throw this.#damaged("its checksum is wrong");
    }
    this.#groups = bytes.readUInt16LE(CHECKSUM_BYTES);
    if (HEADER_BYTES + this.#groups * OFFSET_BYTES > bytes.length) throw this.#damaged("it is cut off");
  }

  *records(): IterableIterator<R> {
    for (let group = 0; group < this.#groups; group++) {
      for (const cursor = this.#cursor(group); cursor.next();) yield cursor.record();
    }
  }

  /** The last record that is not behind the given place. */
  floor(place: PackedRecord): R | undefined {
    let low = 0;
    let high = this.#groups;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      const cursor = this.#cursor(middle);
      if (cursor.next() && compareRecords(cursor, place) <= 0) low = middle;
      else high = middle;
    }
    if (this.#groups === 0) return undefined;
    // Only the cursor knows how to make a record, and only while it stands on it: step to the one before last twice.
    const last = countUpTo(this.#cursor(low), place);
    if (last === 0) return undefined;
    const cursor = this.#cursor(low);
    for (let step = 0; step < last; step++) cursor.next();
    return cursor.record();
  }

  #cursor(group: number): RecordCursor<R> {
    const start = this.#offset(group);
    const end = group + 1 < this.#groups ? this.#offset(group + 1) : this.#bytes.length;
    if (start > end || end > this.#bytes.length) throw this.#damaged("its groups are out of order");
    return this.#codec.cursor(this.#bytes, start, end);
  }

  #offset(group: number): number {
    return this.#bytes.readUInt16LE(HEADER_BYTES + group * OFFSET_BYTES);
  }

  #damaged(what: string): DamagedError {
    const { name } = this.#codec;
    return new DamagedError(`A page of ${name} is damaged: ${what}.`, { where: name });
  }
}

function countUpTo(cursor: RecordCursor<unknown>, place: PackedRecord): number {
  let count = 0;
  while (cursor.next() && compareRecords(cursor, place) <= 0) count++;
  return count;
}
