/**
 * The SHA-256 of a content that is a list of blobs: the SHA-256 over the SHA-256s of its parts, in order. It follows
 * from the parts without reading them, so a file of which only some ranges were read has one too.
 */
import { createHash } from "node:crypto";

/** @param parts the parts' SHA-256s, 32 bytes each @returns 32 bytes */
export function listHash(parts: Iterable<Uint8Array>): Uint8Array {
  const hash = createHash("sha256");
  for (const sha256 of parts) hash.update(sha256);
  return hash.digest();
}
