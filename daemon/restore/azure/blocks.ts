/** Where a window of a file has to be written: what differs, in blocks, and what of that is zeros. */

/** The service keeps and clears no less than 512 bytes; smaller stretches would cost more requests than they save bytes. */
export const BLOCK_BYTES = 64 * 1024;

/** A stretch of a window to write, in bytes from its beginning. */
export interface Stretch {
  readonly start: number;
  /** The first byte behind it. */
  readonly end: number;
  readonly isZeros: boolean;
}

const ZEROS = Buffer.alloc(BLOCK_BYTES);

/**
 * @param wanted what the window should hold
 * @param there what it holds; undefined: zeros
 * @returns ascending; stretches of one kind that touch are one
 */
export function stretchesToWrite(wanted: Buffer, there: Buffer | undefined): readonly Stretch[] {
  const stretches: { start: number; end: number; isZeros: boolean }[] = [];
  for (let start = 0; start < wanted.length; start += BLOCK_BYTES) {
    const end = Math.min(start + BLOCK_BYTES, wanted.length);
    const isZeros = wanted.compare(ZEROS, 0, end - start, start, end) === 0;
    const isSame = there ? wanted.compare(there, start, end, start, end) === 0 : isZeros;
    if (isSame) continue;
    const last = stretches.at(-1);
    if (last && last.end === start && last.isZeros === isZeros) last.end = end;
    else stretches.push({ start, end, isZeros });
  }
  return stretches;
}
