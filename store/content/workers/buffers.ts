/** Memory that can be moved between threads. */

/** The bytes in a buffer of their own, which nothing else shares: itself where it has one, else a copy. */
export function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.length === buffer.byteLength) return new Uint8Array(buffer);
  return new Uint8Array(bytes);
}
