// Owns blobs whose bytes say which they are, of sizes from a byte to a dozen units.

/** Always the same for an id. */
export function blobOf(id: number): Buffer {
  const blob = Buffer.alloc(1 + ((id * 7919) % 50_000), id);
  for (let at = 0; at + 4 <= blob.length; at += 64) blob.writeUInt32LE(Math.imul(id, at + 1) >>> 0, at);
  return blob;
}
