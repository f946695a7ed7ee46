/** Compression of blobs: the interface. Codecs are asynchronous, so that one may work on other threads. */

/** How a blob's bytes are stored. The numbers stand in headers and bundle indexes (schemas/bundle.fbs) and are never reused. */
export const CODEC_NUMBERS = { stored: 0, zstd: 1 } as const;
export type CodecName = keyof typeof CODEC_NUMBERS;

export interface EncodedBlob {
  readonly codec: CodecName;
  /** May be the plain bytes themselves. */
  readonly bytes: Uint8Array;
}

export interface BlobCodec {
  /** Compresses where it pays, and leaves the bytes as they are where it does not. */
  encode(plain: Uint8Array): Promise<EncodedBlob>;
  /** As `encode`, on a thread that has nothing else to do. */
  encodeNow(plain: Uint8Array): EncodedBlob;
  /**
   * @param plainBytes the declared size: never is more than that produced
   * @throws Error when the bytes are not a blob of that size
   */
  decode(codec: CodecName, stored: Uint8Array, plainBytes: number): Promise<Uint8Array>;
  /** As `decode`, on a thread that has nothing else to do. */
  decodeNow(codec: CodecName, stored: Uint8Array, plainBytes: number): Uint8Array;
}

/** @returns undefined for a number that no codec has */
export function codecOf(number: number): CodecName | undefined {
  if (number === CODEC_NUMBERS.stored) return "stored";
  return number === CODEC_NUMBERS.zstd ? "zstd" : undefined;
}
