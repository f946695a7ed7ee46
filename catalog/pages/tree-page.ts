/**
 * One page of an LMDB tree. LMDB believes what stands in a page, and a wrong offset makes it read beside the page or beside
 * the file, which ends the process with a signal; so everything that it would follow is checked here first.
 *
 * A page is a header of 24 bytes (its number, the transaction that wrote it, 2 unused, flags, lower and upper end of the free space, counted from
 * behind the header), the offsets of its nodes in the order of keys, and at its other end the nodes, without gaps: 8 bytes
 * (size of the data or number of a page, flags, size of the key), the key, the data, an even number of bytes.
 */
import { PAGE_BYTES, TREE_RECORD_BYTES } from "./meta-page.js";

const HEADER_BYTES = 24;
const BODY_BYTES = PAGE_BYTES - HEADER_BYTES;
const NODE_BYTES = 8;
const FLAGS = { branch: 0x01, leaf: 0x02, overflow: 0x04 } as const;
/** LMDB sets it while a transaction runs, and may leave it. */
const HARMLESS_FLAGS = 0x2000;
const NODE_FLAGS = { elsewhere: 0x01, tree: 0x02 } as const;
/** Page, transaction, number of pages. */
const OVERFLOW_BYTES = 24;
const MAX_KEY_BYTES = 1978;

export interface PageLimits {
  readonly lastPage: number;
  readonly transaction: number;
}

/** Where a value lies that has pages of its own. */
export interface OverflowPlace {
  readonly page: number;
  readonly pages: number;
  readonly sizeBytes: number;
}

export class TreePage {
  readonly #bytes: Buffer;
  readonly isLeaf: boolean;
  readonly count: number;

  /** @param bytes of which `pageProblem` had nothing to say */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.isLeaf = (bytes.readUInt16LE(18) & FLAGS.leaf) !== 0;
    this.count = bytes.readUInt16LE(20) >>> 1;
  }

  /** Of the first node of a branch it says nothing. */
  key(index: number): Buffer {
    const start = this.#node(index) + NODE_BYTES;
    return this.#bytes.subarray(start, start + this.#bytes.readUInt16LE(start - 2));
  }

  child(index: number): number {
    return childAt(this.#bytes, this.#node(index));
  }

  /** Whether the value is the record of a tree. */
  isTree(index: number): boolean {
    return (this.#bytes.readUInt16LE(this.#node(index) + 4) & NODE_FLAGS.tree) !== 0;
  }

  value(index: number): Buffer | OverflowPlace {
    const node = this.#node(index);
    const sizeBytes = this.#bytes.readUInt32LE(node);
    const start = node + NODE_BYTES + this.#bytes.readUInt16LE(node + 6);
    if ((this.#bytes.readUInt16LE(node + 4) & NODE_FLAGS.elsewhere) === 0) {
      return this.#bytes.subarray(start, start + sizeBytes);
    }
    return { page: wordAt(this.#bytes, start), pages: wordAt(this.#bytes, start + 16), sizeBytes };
  }

  #node(index: number): number {
    return nodeAt(this.#bytes, index);
  }
}

/** What is wrong with a page that should be page `number` of a tree, or undefined. */
export function pageProblem(bytes: Buffer, number: number, isLeaf: boolean, limits: PageLimits): string | undefined {
  if (wordAt(bytes, 0) !== number) return "it has the number of another page";
  if (wordAt(bytes, 8) > limits.transaction) return "it is from a transaction that has not been";
  const flags = bytes.readUInt16LE(18) & ~HARMLESS_FLAGS;
  if (flags !== (isLeaf ? FLAGS.leaf : FLAGS.branch)) return "it is of another kind";
  const lower = bytes.readUInt16LE(20);
  const upper = bytes.readUInt16LE(22);
  // A branch leads to two pages at least.
  if (lower % 2 !== 0 || lower < (isLeaf ? 2 : 4) || lower > upper || upper > BODY_BYTES) return "its bounds are wrong";
  let used = 0;
  for (let index = 0; index < lower / 2; index++) {
    const offset = bytes.readUInt16LE(HEADER_BYTES + index * 2);
    if (offset < upper || offset % 2 !== 0 || offset + NODE_BYTES > BODY_BYTES) return "a node lies outside";
    const node = HEADER_BYTES + offset;
    const size = isLeaf ? leafNodeBytes(bytes, node, limits) : branchNodeBytes(bytes, node, index, limits);
    if (typeof size === "string") return size;
    if (node + size > PAGE_BYTES) return "a node is cut off";
    used += size + (size % 2);
  }
  return used === BODY_BYTES - upper ? undefined : "its nodes overlap or leave gaps";
}

/** What is wrong with the first page of a value that lies elsewhere, or undefined. */
export function overflowProblem(header: Buffer, { page, pages }: OverflowPlace): string | undefined {
  if (wordAt(header, 0) !== page) return "it has the number of another page";
  if ((header.readUInt16LE(18) & ~HARMLESS_FLAGS) !== FLAGS.overflow) return "it is of another kind";
  return header.readUInt32LE(20) === pages ? undefined : "it says another number of pages";
}

export const OVERFLOW_HEADER_BYTES = HEADER_BYTES;

/** @returns its size, or what is wrong */
function branchNodeBytes(bytes: Buffer, node: number, index: number, { lastPage }: PageLimits): number | string {
  const keyBytes = bytes.readUInt16LE(node + 6);
  if (keyBytes > MAX_KEY_BYTES || (keyBytes === 0 && index > 0)) return "a key has an impossible size";
  const child = childAt(bytes, node);
  return child >= 2 && child <= lastPage ? NODE_BYTES + keyBytes : "it leads out of the file";
}

/** @returns its size, or what is wrong */
function leafNodeBytes(bytes: Buffer, node: number, limits: PageLimits): number | string {
  const keyBytes = bytes.readUInt16LE(node + 6);
  const flags = bytes.readUInt16LE(node + 4);
  const sizeBytes = bytes.readUInt32LE(node);
  if (keyBytes === 0 || keyBytes > MAX_KEY_BYTES) return "a key has an impossible size";
  if (flags !== 0 && flags !== NODE_FLAGS.elsewhere && flags !== NODE_FLAGS.tree) return "a node has unknown flags";
  if (flags === NODE_FLAGS.tree && sizeBytes !== TREE_RECORD_BYTES) return "a table's record has another size";
  if (flags !== NODE_FLAGS.elsewhere) return NODE_BYTES + keyBytes + sizeBytes;
  const start = node + NODE_BYTES + keyBytes;
  if (start + OVERFLOW_BYTES > PAGE_BYTES) return "a node is cut off";
  const [page, transaction, pages] = [wordAt(bytes, start), wordAt(bytes, start + 8), wordAt(bytes, start + 16)];
  if (page < 2 || pages < 1 || page + pages - 1 > limits.lastPage) return "a value lies outside the file";
  if (transaction > limits.transaction) return "a value is from a transaction that has not been";
  if (pages !== Math.ceil((HEADER_BYTES + sizeBytes) / PAGE_BYTES)) return "a value has another size than its pages";
  return NODE_BYTES + keyBytes + OVERFLOW_BYTES;
}

function nodeAt(bytes: Buffer, index: number): number {
  return HEADER_BYTES + bytes.readUInt16LE(HEADER_BYTES + index * 2);
}

function childAt(bytes: Buffer, node: number): number {
  return bytes.readUInt32LE(node) + bytes.readUInt16LE(node + 4) * 0x1_0000_0000;
}

function wordAt(bytes: Buffer, offset: number): number {
  return Number(bytes.readBigUInt64LE(offset));
}
