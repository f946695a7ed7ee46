/**
 * Reads one regular file, and vouches for what was read: the opened file must be the very one that was listed, and
 * must be the same afterwards. Symbolic links are never followed, and a FIFO put in the file's place cannot block.
 *
 * Only the reads go through the thread pool. Opening, `fstat` and closing touch an inode the listing has just
 * brought into memory; through the pool they would cost five times as much (measured on small files).
 */
import { closeSync, fstatSync, openSync, read } from "node:fs";
import type { ByteRange } from "../../../core/byte-range.js";
import type { SourceEntry, SourcePath } from "../source.js";
import { changedFailure, nodeFailure } from "./failures.js";
import type { HeldDirectories } from "./held-directories.js";
import { isAsListed, OPEN_FLAGS } from "./opened-file.js";

const PIECE = 1024 * 1024;

/**
 * The bytes of a range of the file in pieces of at most 1 MiB; a piece is the reader's to keep.
 * @throws SourceError `FILE_CHANGED`, `FILE_UNREADABLE`; `FAILED` when the machine has run out of something
 */
export async function* readLocal(
  directories: HeldDirectories,
  path: SourcePath,
  entry: SourceEntry,
  range: ByteRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  const descriptor = openFile(directories, path);
  try {
    const before = attempt(path, () => fstatSync(descriptor, { bigint: true }));
    if (!before.isFile() || !isAsListed(before, entry)) throw changedFailure(path);
    for (let at = range.start; at < range.end;) {
      signal?.throwIfAborted();
      const piece = await readPiece(descriptor, at, Math.min(range.end - at, PIECE), path);
      if (piece.length === 0) throw changedFailure(path);
      at += piece.length;
      yield piece;
    }
    const after = attempt(path, () => fstatSync(descriptor, { bigint: true }));
    if (!isAsListed(after, entry)) throw changedFailure(path);
  } finally {
    closeSync(descriptor);
  }
}

function openFile(directories: HeldDirectories, path: SourcePath): number {
  using directory = directories.use(path.slice(0, -1), path);
  return attempt(path, () => openSync(directory.at(path.at(-1) ?? "."), OPEN_FLAGS));
}

function attempt<T>(path: SourcePath, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw nodeFailure(path, error);
  }
}

function readPiece(descriptor: number, position: number, length: number, path: SourcePath): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(length);
  return new Promise((resolve, reject) => {
    read(descriptor, buffer, 0, length, position, (error, count) => {
      if (error) reject(nodeFailure(path, error));
      else resolve(buffer.subarray(0, count));
    });
  });
}
