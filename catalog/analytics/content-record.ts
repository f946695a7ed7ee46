/**
 * What is remembered of a file while duplicates are looked for: 40 bytes, five numbers of 64 bits. Ids and sizes are
 * doubles; what has 64 bits of its own is compared as two halves, so that no bigint is made of it.
 */

/** Words of 64 bits. */
export const FIELD = {
  /** What records are brought together by: a content id (as a double) or a fingerprint. */
  key: 0,
  sizeBytes: 1,
  /** By content: the xorhash, 0 where it is not known. By fingerprint: how many files the record stands for. */
  detail: 2,
  parentId: 3,
  nodeId: 4,
} as const;

export const RECORD_WORDS = 5;
const BLOCK_RECORDS = 800;
export const BLOCK_BYTES = BLOCK_RECORDS * RECORD_WORDS * 8;

/** Records in a row, and three views of the same bytes. */
export class RecordBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly numbers: Float64Array;
  readonly bigints: BigUint64Array;
  /** Halves of words: word n is halves 2n and 2n + 1. */
  readonly halves: Uint32Array;
  records = 0;

  constructor() {
    const buffer = new ArrayBuffer(BLOCK_BYTES);
    this.bytes = new Uint8Array(buffer);
    this.numbers = new Float64Array(buffer);
    this.bigints = new BigUint64Array(buffer);
    this.halves = new Uint32Array(buffer);
  }

  get isFull(): boolean {
    return this.records === BLOCK_RECORDS;
  }

  /** As after `take` of a whole block. */
  fill(): void {
    this.records = BLOCK_RECORDS;
  }
}

/**
 * 32 well-mixed bits of the two halves of a key: the upper ones choose a partition, the lower ones a place in a table. The
 * multipliers are those of MurmurHash3 and xxHash32. Nothing of it is ever stored.
 */
export function mix(low: number, high: number): number {
  let hash = Math.imul(low ^ (low >>> 16), 0x85eb_ca6b) ^ high;
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2_ae35);
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4_eb2f);
  hash = Math.imul(hash ^ (hash >>> 16), 0x1656_67b1);
  return (hash ^ (hash >>> 15)) >>> 0;
}
