/**
 * The two pages with which an LMDB file begins. The layout is that of the LMDB which lmdb-js brings (data version 2): behind a
 * header of 24 bytes magic, version, size of the map, the records of two trees (free pages, tables), number of the last
 * page, and transaction. Transactions write them by turns; the one with the later transaction counts.
 */
import { fstatSync, readSync } from "node:fs";

export const PAGE_BYTES = 4096;
const MAGIC = 0xbeef_c0de;
const VERSION = 2;
const META_FLAG = 0x08;
const OFFSETS = { flags: 18, magic: 24, version: 28, free: 48, main: 96, lastPage: 144, transaction: 152 } as const;
/** Deeper than any tree that LMDB can walk. */
const MAX_DEPTH = 31;
export const TREE_RECORD_BYTES = 48;
/** Of a tree without any page. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** The record of one tree. */
export interface TreeRecord {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly rows: number;
  /** undefined for an empty tree. */
  readonly root: number | undefined;
}

export interface MetaPage {
  /** What the trees of free pages and of tables are at the end of `transaction`. */
  readonly free: TreeRecord;
  readonly main: TreeRecord;
  /** The last that is in the file: nothing in use lies behind it. */
  readonly lastPage: number;
  /** The last that was ever handed out. One that was free again before it was written need not be in the file. */
  readonly lastHandedOut: number;
  readonly transaction: number;
}

/** The first pages as they are in the file at one moment, or half a sentence about what is wrong with them. */
export function readMeta(descriptor: number): MetaPage | string {
  const pages = stableMetas(descriptor);
  if (!pages) return "it is cut off";
  const [even, odd] = [pages.subarray(0, PAGE_BYTES), pages.subarray(PAGE_BYTES)].map(metaOf);
  if (!even || !odd) return "its first pages are overwritten";
  const newest = odd.transaction > even.transaction ? odd : even;
  const older = newest === odd ? even : odd;
  // In a new file, and in a copy, one of them is of no transaction yet; from then on each takes the page whose turn it is.
  const isTurn = newest.transaction % 2 === (newest === odd ? 1 : 0) && newest.transaction - older.transaction === 1;
  if (!isTurn && older.transaction !== 0) return "the transactions of its first pages do not follow each other";
  const pagesInFile = Math.floor(fstatSync(descriptor).size / PAGE_BYTES);
  return { ...newest, lastPage: Math.min(newest.lastPage, pagesInFile - 1) };
}

/** A commit may be writing one of them: read until nothing moves. */
function stableMetas(descriptor: number): Buffer | undefined {
  let before: Buffer | undefined;
  for (;;) {
    const pages = Buffer.alloc(2 * PAGE_BYTES);
    if (readSync(descriptor, pages, 0, pages.length, 0) < pages.length) return undefined;
    if (before?.equals(pages)) return pages;
    before = pages;
  }
}

function metaOf(page: Buffer): MetaPage | undefined {
  const free = treeRecord(page.subarray(OFFSETS.free));
  const main = treeRecord(page.subarray(OFFSETS.main));
  const isMeta =
    page.readUInt16LE(OFFSETS.flags) === META_FLAG &&
    page.readUInt32LE(OFFSETS.magic) === MAGIC &&
    page.readUInt32LE(OFFSETS.version) === VERSION &&
    // The page's size stands where other trees have the size of fixed keys.
    page.readUInt32LE(OFFSETS.free) === PAGE_BYTES;
  if (!isMeta || !free || !main) return undefined;
  const [lastPage, transaction] = [wordAt(page, OFFSETS.lastPage), wordAt(page, OFFSETS.transaction)];
  return Number.isSafeInteger(lastPage * PAGE_BYTES) && Number.isSafeInteger(transaction)
    ? { free, main, lastPage, lastHandedOut: lastPage, transaction }
    : undefined;
}

/** @returns undefined when it can be no tree's */
export function treeRecord(bytes: Buffer): TreeRecord | undefined {
  if (bytes.length < TREE_RECORD_BYTES) return undefined;
  const root = bytes.readBigUInt64LE(40);
  const record: TreeRecord = {
    flags: bytes.readUInt16LE(4),
    depth: bytes.readUInt16LE(6),
    branchPages: wordAt(bytes, 8),
    leafPages: wordAt(bytes, 16),
    overflowPages: wordAt(bytes, 24),
    rows: wordAt(bytes, 32),
    root: root === NO_PAGE ? undefined : Number(root),
  };
  const isEmpty = record.root === undefined;
  return record.depth <= MAX_DEPTH && (record.depth === 0) === isEmpty ? record : undefined;
}

function wordAt(bytes: Buffer, offset: number): number {
  return Number(bytes.readBigUInt64LE(offset));
}
