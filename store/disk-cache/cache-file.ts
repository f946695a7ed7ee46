/**
 * A file of the disk cache: stored bytes behind their SHA-256, so that a file which is cut off, damaged or half written is told from a
 * whole one. Names are digests of what the bytes are, so nothing of the store's names is on the disk.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

const DIGEST_BYTES = 32;
/** Raised whenever the bytes change meaning: others are not found then, and go as they grow old. */
const FORMAT_FOLDER = "v1";

/** What the file takes besides the bytes. */
export const CACHE_FILE_OVERHEAD = DIGEST_BYTES;

/** The folder of all parts of an object. @param uri of the store */
export function cacheFolder(folder: string, uri: string, name: string): string {
  const digest = createHash("sha256").update(`${uri}\n${name}`).digest("hex");
  return join(cacheRoot(folder), digest.slice(0, 2), digest.slice(2));
}

/** @param uri of the store @param part which part of the object */
export function cachePath(folder: string, uri: string, name: string, part: string): string {
  return join(cacheFolder(folder, uri, name), part);
}

/** The folder in which all of them lie. */
export const cacheRoot = (folder: string): string => join(folder, FORMAT_FOLDER);

export function sealCacheFile(bytes: Uint8Array): Buffer {
  return Buffer.concat([createHash("sha256").update(bytes).digest(), bytes]);
}

/** @returns undefined when it is not whole */
export function openCacheFile(file: Buffer): Buffer | undefined {
  if (file.length < DIGEST_BYTES) return undefined;
  const bytes = file.subarray(DIGEST_BYTES);
  return createHash("sha256").update(bytes).digest().equals(file.subarray(0, DIGEST_BYTES)) ? bytes : undefined;
}
