/**
 * What a zstd frame says of itself (RFC 8878), read before it is given to the decompressor: the library allocates
 * whatever a frame declares and goes on with any frame that follows, and neither may be decided by stored bytes.
 */

const MAGIC = 0xfd2fb528;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/**
 * @returns the content size of a single frame that ends where `bytes` end
 * @throws Error when it is anything else, or does not say its size
 */
export function frameContentSize(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6 || view.getUint32(0, true) !== MAGIC) throw new Error("not a zstd frame");
  const descriptor = view.getUint8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 0x03] ?? 0;
  const sizeFlag = descriptor >> 6;
  const at = 5 + (singleSegment ? 0 : 1) + dictionaryIdBytes;
  const { size, end } = contentSize(view, at, sizeFlag, singleSegment);
  if (endOfBlocks(view, end) + (hasChecksum ? 4 : 0) !== bytes.length) throw new Error("not exactly one zstd frame");
  return size;
}

function contentSize(view: DataView, at: number, flag: number, singleSegment: boolean): { size: number; end: number } {
  if (flag === 0) {
    if (!singleSegment) throw new Error("a zstd frame that does not say its size");
    return { size: view.getUint8(at), end: at + 1 };
  }
  if (flag === 1) return { size: view.getUint16(at, true) + 256, end: at + 2 };
  if (flag === 2) return { size: view.getUint32(at, true), end: at + 4 };
  return { size: Number(view.getBigUint64(at, true)), end: at + 8 };
}

function endOfBlocks(view: DataView, start: number): number {
  for (let at = start; ;) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const type = (header >> 1) & 0x03;
    if (type === RESERVED_BLOCK) throw new Error("a zstd block of no known type");
    at += 3 + (type === RLE_BLOCK ? 1 : header >> 3);
    if ((header & 1) === 1) return at;
  }
}
