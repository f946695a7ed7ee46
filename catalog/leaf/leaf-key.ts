/**
 * Keys of leaves. A leaf's key is the lower bound of what it may hold: every entry in it is at or behind its key and
 * before the next leaf's. The leaf in which a directory begins needs no name in its key; one that goes on with a
 * directory has the name it goes on with, and, in the midst of the versions of one name, how far they have come.
 */
import type { NodeId } from "../../core/ids.js";
import { numberKey } from "../keys.js";
import { LIVE, type LeafEntry } from "./leaf-entry.js";

/** Before everything: the first leaf's key. */
export const FIRST_KEY: Buffer = numberKey(0);

export function directoryKey(directory: NodeId): Buffer {
  return numberKey(directory);
}

/** Where a name's entries begin. */
export function nameKey(directory: NodeId, name: string): Buffer {
  const size = Buffer.byteLength(name);
  const key = Buffer.allocUnsafe(8 + size);
  numberKey(directory).copy(key);
  key.write(name, 8, size, "utf8");
  return key;
}

/**
 * Where an entry is.
 * @param isFirstOfName whether no entry of the same name comes before it
 */
export function entryKey(directory: NodeId, { name, until }: LeafEntry, isFirstOfName: boolean): Buffer {
  const start = nameKey(directory, name);
  if (isFirstOfName || until === LIVE) return start;
  // Later ends come first, so the number is turned round. A name has no NUL, so this sorts behind the name alone.
  const key = Buffer.allocUnsafe(start.length + 5);
  start.copy(key);
  key[start.length] = 0;
  key.writeUInt32BE(0xffff_ffff - until, start.length + 1);
  return key;
}

/** Where the next directory's entries begin: the end of all keys of this one. */
export function endOfDirectory(directory: NodeId): Buffer {
  return numberKey(directory + 1);
}
