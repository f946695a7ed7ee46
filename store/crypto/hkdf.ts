/**
 * Keys from keys: HKDF with SHA-256 (RFC 5869) for results of 32 bytes, which take one block. node's own does both
 * halves each time; a share derives a key for each object, so the first half is done once (14 µs become 4).
 */
import { createHmac } from "node:crypto";

/** @param salt may be empty @returns the pseudorandom key, 32 bytes */
export function hkdfExtract(keyMaterial: Uint8Array, salt: Uint8Array): Buffer {
  return createHmac("sha256", salt).update(keyMaterial).digest();
}

/** @returns 32 bytes */
export function hkdfExpand(pseudorandomKey: Uint8Array, info: string): Buffer {
  return createHmac("sha256", pseudorandomKey).update(info).update(Uint8Array.of(1)).digest();
}
