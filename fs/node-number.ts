/**
 * Numbers of 64 bits for what a mount shows, from which the thing itself can be found again without any table, so that
 * whoever keeps numbers (the kernel keeps millions) costs nothing here and may forget them untold.
 *
 *     bits 63 … 52  the share's slot
 *     bit 51        1: a file or symlink, 0: a directory
 *     bits 50 … 34  a snapshot's number; 0 for what is above the snapshots
 *     bits 33 … 0   the node
 *
 * With the slot on top, what lies in the first two shares that are looked into has numbers below 2^53, which programs that take
 * an inode for a floating-point number do not confuse.
 *
 * A file's snapshot is the one that first had it as it is, so the same file has one number in all snapshots, and another as soon
 * as anything about it is different. A directory has two: as a place, with the snapshot it is seen in, because no directory
 * can have two parents; and as an inode, which people compare, with its subtree stamp in the snapshot's stead.
 */
import { FileSystemError } from "./errors.js";

export interface NodeNumber {
  /** The upper 32 bits, unsigned. */
  readonly high: number;
  /** The lower 32 bits, unsigned. */
  readonly low: number;
}

export interface NumberedNode {
  readonly isDirectory: boolean;
  readonly slot: number;
  readonly snapshot: number;
  readonly node: number;
}

export const MOST_SLOTS = 2 ** 12;
const SNAPSHOTS = 2 ** 17;
const NODES = 2 ** 34;
const WORD = 2 ** 32;

/** @throws FileSystemError `EOVERFLOW` when a part of it is too great: two things must never share a number */
export function nodeNumber({ isDirectory, slot, snapshot, node }: NumberedNode): NodeNumber {
  if (slot >= MOST_SLOTS || snapshot >= SNAPSHOTS || node >= NODES) throw new FileSystemError("EOVERFLOW");
  const high = ((slot << 20) | (isDirectory ? 0 : 1 << 19) | (snapshot << 2) | Math.floor(node / WORD)) >>> 0;
  return { high, low: node >>> 0 };
}

export function numberedNode({ high, low }: NodeNumber): NumberedNode {
  return {
    isDirectory: (high & (1 << 19)) === 0,
    slot: high >>> 20,
    snapshot: (high >>> 2) & (SNAPSHOTS - 1),
    node: (high & 3) * WORD + low,
  };
}
