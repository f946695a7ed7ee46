/** Whether a file that is there already holds exactly the bytes that would be put back. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Never blocks on a pipe, and reads no file that a link put in this one's place leads to. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads both until they differ. A file that cannot be read counts as different: then it is to be replaced.
 * @param content the stored bytes; what it throws is thrown
 */
export async function hasContent(path: string, content: AsyncIterable<Uint8Array>): Promise<boolean> {
  const handle = await open(path, FLAGS).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    let at = 0;
    for await (const bytes of content) {
      const there = await readAt(handle, at, bytes.byteLength);
      if (there === undefined || Buffer.compare(there, bytes) !== 0) return false;
      at += bytes.byteLength;
    }
    return (await readAt(handle, at, 1))?.byteLength === 0;
  } finally {
    await handle.close();
  }
}

/** Fewer bytes at the end of the file; undefined when it cannot be read. */
async function readAt(handle: FileHandle, start: number, length: number): Promise<Uint8Array | undefined> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  try {
    while (filled < length) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
  } catch {
    // A disk that gives a file back no more is a reason to write it again, not to leave it.
    return undefined;
  }
  return bytes.subarray(0, filled);
}
