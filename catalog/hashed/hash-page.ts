/**
 * A page of hashes and the numbers they stand for, sorted, of fixed widths, so that one is found by halving. What all
 * hashes of a page begin with is kept once. The byte table is in docs/format.md.
 */
import { crc32 } from "node:zlib";
import { DamagedError } from "../../core/errors.js";
import { safeInteger } from "../../core/ids.js";
import { PAGE_BYTES } from "../page.js";

/** What is kept of a hash: 128 bits, of which no two alike can be found on purpose. */
export const HASH_BYTES = 16;

export interface HashEntry {
  /** `HASH_BYTES` long. */
  readonly hash: Buffer;
  /** A safe integer ≥ 0. */
  readonly value: number;
}

/** Checksum, bytes of the common beginning, bytes of a value, number of entries. */
const HEADER_BYTES = 8;
const CHECKSUM_BYTES = 4;
const MAX_VALUE_BYTES = 7;

/** How many of `entries`, ascending, from `from` on fit into one page. */
export function entriesPerPage(entries: readonly HashEntry[], from: number): number {
  let count = Math.min(entries.length - from, PAGE_BYTES);
  // Fewer entries share more, so it takes a few rounds to settle.
  for (;;) {
    const { prefixBytes, valueBytes } = widths(entries, from, from + count);
    const room = Math.floor((PAGE_BYTES - HEADER_BYTES - prefixBytes) / (HASH_BYTES - prefixBytes + valueBytes));
    if (count <= room) return count;
    count = Math.max(room, Math.floor(count / 2));
  }
}

/** @param entries ascending, from `from` to before `to`: at least one, no more than fit */
export function encodeHashPage(entries: readonly HashEntry[], from: number, to: number): Buffer {
  const { prefixBytes, valueBytes } = widths(entries, from, to);
  const count = to - from;
  const keyBytes = HASH_BYTES - prefixBytes;
  const page = Buffer.alloc(HEADER_BYTES + prefixBytes + count * (keyBytes + valueBytes));
  page[CHECKSUM_BYTES] = prefixBytes;
  page[CHECKSUM_BYTES + 1] = valueBytes;
  page.writeUInt16LE(count, CHECKSUM_BYTES + 2);
  (entries[from] as HashEntry).hash.copy(page, HEADER_BYTES, 0, prefixBytes);
  const keys = HEADER_BYTES + prefixBytes;
  const values = keys + count * keyBytes;
  for (let index = 0; index < count; index++) {
    const { hash, value } = entries[from + index] as HashEntry;
    hash.copy(page, keys + index * keyBytes, prefixBytes, HASH_BYTES);
    writeNumber(page, values + index * valueBytes, value, valueBytes);
  }
  page.writeUInt32LE(crc32(page.subarray(CHECKSUM_BYTES)), 0);
  return page;
}

export class HashPage {
  readonly #bytes: Buffer;
  readonly #prefixBytes: number;
  readonly #valueBytes: number;
  readonly count: number;

  /** @throws DamagedError */
  constructor(bytes: Buffer) {
    if (bytes.length < HEADER_BYTES || crc32(bytes.subarray(CHECKSUM_BYTES)) !== bytes.readUInt32LE(0)) {
      throw damaged("its checksum is wrong");
    }
    this.#bytes = bytes;
    this.#prefixBytes = bytes[CHECKSUM_BYTES] as number;
    this.#valueBytes = bytes[CHECKSUM_BYTES + 1] as number;
    this.count = bytes.readUInt16LE(CHECKSUM_BYTES + 2);
    if (this.#prefixBytes > HASH_BYTES || this.#valueBytes > MAX_VALUE_BYTES) throw damaged("its widths are wrong");
    if (bytes.length !== this.#values + this.count * this.#valueBytes) throw damaged("its length is wrong");
  }

  find(hash: Buffer): number | undefined {
    if (hash.compare(this.#bytes, HEADER_BYTES, this.#keys, 0, this.#prefixBytes) !== 0) return undefined;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#keys + middle * this.#keyBytes;
      const order = hash.compare(this.#bytes, at, at + this.#keyBytes, this.#prefixBytes, HASH_BYTES);
      if (order === 0) return this.#value(middle);
      if (order > 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  *entries(): IterableIterator<HashEntry> {
    const prefix = this.#bytes.subarray(HEADER_BYTES, this.#keys);
    for (let index = 0; index < this.count; index++) {
      const at = this.#keys + index * this.#keyBytes;
      const hash = Buffer.concat([prefix, this.#bytes.subarray(at, at + this.#keyBytes)], HASH_BYTES);
      yield { hash, value: this.#value(index) };
    }
  }

  #value(index: number): number {
    return readNumber(this.#bytes, this.#values + index * this.#valueBytes, this.#valueBytes);
  }

  get #keys(): number {
    return HEADER_BYTES + this.#prefixBytes;
  }

  get #keyBytes(): number {
    return HASH_BYTES - this.#prefixBytes;
  }

  get #values(): number {
    return this.#keys + this.count * this.#keyBytes;
  }
}

function widths(entries: readonly HashEntry[], from: number, to: number) {
  const first = (entries[from] as HashEntry).hash;
  const last = (entries[to - 1] as HashEntry).hash;
  let prefixBytes = 0;
  while (prefixBytes < HASH_BYTES && first[prefixBytes] === last[prefixBytes]) prefixBytes++;
  let most = 1;
  for (let index = from; index < to; index++) most = Math.max(most, (entries[index] as HashEntry).value);
  let valueBytes = 1;
  while (most >= 2 ** (8 * valueBytes)) valueBytes++;
  return { prefixBytes, valueBytes };
}

function writeNumber(page: Buffer, at: number, value: number, bytes: number): void {
  let rest = value;
  for (let index = 0; index < bytes; index++) {
    page[at + index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

function readNumber(page: Buffer, at: number, bytes: number): number {
  let value = 0;
  for (let index = bytes - 1; index >= 0; index--) value = value * 256 + (page[at + index] as number);
  return safeInteger(value, "hashes");
}

function damaged(what: string): DamagedError {
  return new DamagedError(`A page of hashes is damaged: ${what}.`, { where: "hashes" });
}
