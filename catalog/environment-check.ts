/**
 * Looking at an LMDB file before LMDB maps it: a file that is cut off or overwritten at its beginning would end the
 * process with a signal, not with an error. What is damaged further inside is told when it is read.
 *
 * The layout is that of the LMDB which lmdb-js brings (data version 2): two meta pages, each with a header of 24 bytes, magic,
 * version, page size, number of the last page, and transaction; the one with the later transaction counts.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

const PAGE_BYTES = 4096;
const MAGIC = 0xbeef_c0de;
const VERSION = 2;
const OFFSETS = { magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152 } as const;

/** What is wrong with the LMDB file, or undefined; a file that is not there is not wrong. */
export function environmentProblem(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const descriptor = openSync(file, "r");
  try {
    const metas = Buffer.alloc(2 * PAGE_BYTES);
    if (readSync(descriptor, metas, 0, metas.length, 0) < metas.length) return "it is cut off";
    const [newest] = [metas.subarray(0, PAGE_BYTES), metas.subarray(PAGE_BYTES)]
      .filter(isMeta)
      .toSorted((a, b) => numberAt(b, OFFSETS.transaction) - numberAt(a, OFFSETS.transaction));
    if (!newest) return "its first pages are overwritten";
    const needed = (numberAt(newest, OFFSETS.lastPage) + 1) * PAGE_BYTES;
    return fstatSync(descriptor).size < needed ? "it is cut off" : undefined;
  } finally {
    closeSync(descriptor);
  }
}

function isMeta(page: Buffer): boolean {
  return (
    page.readUInt32LE(OFFSETS.magic) === MAGIC &&
    page.readUInt32LE(OFFSETS.version) === VERSION &&
    page.readUInt32LE(OFFSETS.pageSize) === PAGE_BYTES
  );
}

function numberAt(page: Buffer, offset: number): number {
  return Number(page.readBigUInt64LE(offset));
}
