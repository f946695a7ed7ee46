/**
 * Keys of leaves. A leaf's key is the lower bound of what it may hold: every entry in it is at or behind its key and
 * before the next leaf's. The leaf in which a directory begins needs no name in its key; one that goes on with a
 * directory has the name it goes on with, and, in the midst of the versions of one name, how far they have come.
 */
import type { NodeId } from "../../core/ids.js";
import { keyNumber, numberKey } from "../keys.js";
import { LIVE, type LeafEntry } from "./leaf-entry.js";

/** Of a key, before the name. */
export const DIRECTORY_BYTES = 8;

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

/** A leaf's key as the end of what lies before it. */
export interface LeafBound {
  readonly directory: number;
  /** "" when the leaf begins with the directory. */
  readonly name: string;
  /** Whether the leaf begins in the midst of the versions of `name`. */
  readonly isWithinName: boolean;
}

export function leafBound(key: Buffer): LeafBound {
  const nul = key.indexOf(0, DIRECTORY_BYTES);
  return {
    directory: keyNumber(key, 0, "leaves"),
    name: key.toString("utf8", DIRECTORY_BYTES, nul < 0 ? key.length : nul),
    isWithinName: nul >= 0,
  };
}

/** Where the next directory's entries begin: the end of all keys of this one. */
export function endOfDirectory(directory: NodeId): Buffer {
  return numberKey(directory + 1);
}
