/** In which parts the disk cache keeps an object, and which objects: those that hold contents, which never change. */

/** Ranges are read and kept in whole blocks: neighbours are asked for next, most likely. */
export const BLOCK_BYTES = 512 * 1024;

export const WHOLE = "whole";

/** @param lengthBytes of an object's end */
export const tailPart = (lengthBytes: number): string => `end-${lengthBytes}`;

export const blockPart = (block: number): string => `block-${block}`;

/** Behind tenant and share, which may be called so as well. */
const KEPT = /^[^/]+\/[^/]+\/(bundles|blobs)\//;

export const isKept = (name: string): boolean => KEPT.test(name);

/** The blocks that a range touches, both included. */
export function blocksOf(offset: number, lengthBytes: number): { readonly first: number; readonly last: number } {
  return { first: Math.floor(offset / BLOCK_BYTES), last: Math.floor((offset + lengthBytes - 1) / BLOCK_BYTES) };
}

/**
 * A range put together from its blocks, in order.
 * @param firstBlock the number of the first; one that is shorter than a block is the object's last
 */
export function rangeIn(
  blocks: readonly Uint8Array[],
  firstBlock: number,
  offset: number,
  lengthBytes: number,
): Buffer {
  const start = offset - firstBlock * BLOCK_BYTES;
  const bytes = blocks.length === 1 ? blocks[0] : Buffer.concat(blocks);
  const range = bytes?.subarray(start, start + lengthBytes) ?? new Uint8Array(0);
  return Buffer.from(range.buffer, range.byteOffset, range.byteLength);
}
