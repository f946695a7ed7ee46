/**
 * The table of the rolling hash: entry i is the first four bytes, little-endian, of the SHA-256 of the text
 * "sharestrata gear 1" followed by the byte i. Part of the format: another table would cut every file elsewhere and
 * find none of its stored chunks again. A test holds its checksum.
 */
import { createHash } from "node:crypto";

export const GEAR: Int32Array = Int32Array.from({ length: 256 }, (_, byte) =>
  createHash("sha256").update("sharestrata gear 1").update(Uint8Array.of(byte)).digest().readInt32LE(0),
);

/** A byte leaves the 32-bit hash after this many more: a cut depends on so many bytes before it and on nothing else. */
export const GEAR_WINDOW_BYTES = 32;
