/**
 * How the end of a bundle is laid out, so that one read of its last bytes finds the index:
 *
 *     … blobs │ TAR header of index.fb │ index │ zeros │ footer (64 bytes) │ two blocks of zeros (1024 bytes)
 *
 * The data of index.fb ends with the footer on a block boundary, hence the footer always lies at the same distance
 * from the object's end.
 */
import { createHash } from "node:crypto";
import { damaged, FORMAT_VERSION, newerFormat } from "../envelope.js";

export const TAR_BLOCK_BYTES = 512;
/** Two blocks of zeros end a TAR. */
export const TAR_END_BYTES = 2 * TAR_BLOCK_BYTES;
export const INDEX_MEMBER_NAME = "index.fb";

export const FOOTER_BYTES = 64;
const MAGIC = Buffer.from("SSBF", "latin1");
const HASHED_BYTES = 32;

export const roundedToBlock = (bytes: number): number => Math.ceil(bytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;

/**
 * The data of the member index.fb.
 * @param at where its TAR header begins, from the start of the bundle
 */
export function withFooter(index: Uint8Array, at: number): Buffer {
  const data = Buffer.alloc(roundedToBlock(index.length + FOOTER_BYTES));
  data.set(index, 0);
  const footer = data.subarray(data.length - FOOTER_BYTES);
  MAGIC.copy(footer, 0);
  footer[4] = FORMAT_VERSION;
  footer.writeBigUInt64LE(BigInt(index.length), 8);
  footer.writeBigUInt64LE(BigInt(at + TAR_BLOCK_BYTES + data.length + TAR_END_BYTES), 16);
  footer.set(footerHash(footer), HASHED_BYTES);
  return data;
}

export interface IndexPlace {
  /** From the end of the object to the start of the index; what to read when more is needed. */
  readonly fromEnd: number;
  readonly lengthBytes: number;
  /** Of the whole bundle. */
  readonly bundleBytes: number;
}

/**
 * Reads the footer in the last bytes of a bundle.
 * @param name of the bundle's object
 * @throws DamagedError; SharestrataError `NEWER_FORMAT`
 */
export function readFooter(name: string, tail: Buffer): IndexPlace {
  if (tail.length === 0) throw damaged(name, "is empty");
  if (tail.length < FOOTER_BYTES + TAR_END_BYTES) throw damaged(name, "is cut short");
  const end = tail.subarray(tail.length - TAR_END_BYTES);
  const footer = tail.subarray(-TAR_END_BYTES - FOOTER_BYTES, -TAR_END_BYTES);
  if (!footer.subarray(0, 4).equals(MAGIC)) throw damaged(name, "does not end like a bundle");
  if (!footer.subarray(HASHED_BYTES).equals(footerHash(footer))) {
    throw damaged(name, "has a footer that does not have the checksum it was stored with");
  }
  const version = footer[4] ?? 0;
  if (version > FORMAT_VERSION) throw newerFormat(name, version);
  const lengthBytes = Number(footer.readBigUInt64LE(8));
  const bundleBytes = Number(footer.readBigUInt64LE(16));
  const fromEnd = roundedToBlock(lengthBytes + FOOTER_BYTES) + TAR_END_BYTES;
  const fits = lengthBytes > 0 && Number.isSafeInteger(bundleBytes) && fromEnd + TAR_BLOCK_BYTES <= bundleBytes;
  if (version === 0 || !fits || end.some((byte) => byte !== 0)) throw damaged(name, "does not end like a bundle");
  return { fromEnd, lengthBytes, bundleBytes };
}

function footerHash(footer: Buffer): Uint8Array {
  return createHash("sha256").update(footer.subarray(0, HASHED_BYTES)).digest();
}
