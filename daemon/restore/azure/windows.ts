/** A stream of bytes in windows of the size of the largest write: each lies at a multiple of it. */

/** The most that one request may write. */
export const WINDOW_BYTES = 4 * 1024 * 1024;

export interface Window {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** @param content pieces of any size @returns windows that no later one overwrites */
export async function* windows(content: AsyncIterable<Uint8Array>, windowBytes = WINDOW_BYTES): AsyncGenerator<Window> {
  let offset = 0;
  let pieces: Uint8Array[] = [];
  let filled = 0;
  for await (const piece of content) {
    for (let at = 0; at < piece.byteLength;) {
      const taken = piece.subarray(at, at + windowBytes - filled);
      pieces.push(taken);
      filled += taken.byteLength;
      at += taken.byteLength;
      if (filled < windowBytes) continue;
      yield { offset, bytes: Buffer.concat(pieces) };
      offset += filled;
      pieces = [];
      filled = 0;
    }
  }
  if (filled > 0) yield { offset, bytes: Buffer.concat(pieces) };
}
