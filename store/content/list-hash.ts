/**
 * The SHA-256 of a content that is a list of blobs: the SHA-256 over the SHA-256s of its parts, in order. It follows
 * from the parts without reading them, so a file of which only some ranges were read has one too.
 */
import { createHash } from "node:crypto";

/** @param partSha256s the parts' SHA-256s, 32 bytes each, one behind the other @returns 32 bytes */
export function listHash(partSha256s: Uint8Array): Uint8Array {
  return createHash("sha256").update(partSha256s).digest();
}
