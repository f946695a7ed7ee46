/**
 * A lone blob: an object that holds one blob behind a header of 96 bytes (docs/format.md has the table). The header
 * has a checksum of its own and binds the object to its name; the blob is what its SHA-256 says or is not returned.
 */
import { createHash } from "node:crypto";
import type { ContentId } from "../../core/ids.js";
import { damaged, FORMAT_VERSION, nameTag, newerFormat } from "../envelope.js";
import { SHA256_BYTES } from "../fields.js";
import { CODEC_NUMBERS, codecOf, type BlobCodec, type EncodedBlob } from "./codec.js";
import { verifiedBlob } from "./verified-blob.js";

export const BLOB_HEADER_BYTES = 96;
const MAGIC = Buffer.from("SSBL", "latin1");
const SHA256_AT = 48;
const CHECK_AT = SHA256_AT + SHA256_BYTES;

/** @param plainSha256 32 bytes, of the blob before encoding @returns the whole object to store under `name` */
export function encodeBlobObject(
  name: string,
  contentId: ContentId,
  encoded: EncodedBlob,
  plainBytes: number,
  plainSha256: Uint8Array,
): Uint8Array {
  const object = Buffer.allocUnsafeSlow(BLOB_HEADER_BYTES + encoded.bytes.length);
  object.fill(0, 0, BLOB_HEADER_BYTES);
  MAGIC.copy(object, 0);
  object[4] = FORMAT_VERSION;
  object[5] = CODEC_NUMBERS[encoded.codec];
  object.writeBigUInt64LE(BigInt(contentId), 8);
  object.writeBigUInt64LE(BigInt(plainBytes), 16);
  object.writeBigUInt64LE(BigInt(encoded.bytes.length), 24);
  object.set(nameTag(name), 32);
  object.set(plainSha256, SHA256_AT);
  object.set(headerCheck(object), CHECK_AT);
  object.set(encoded.bytes, BLOB_HEADER_BYTES);
  return object;
}

/**
 * @returns the plain bytes, verified
 * @throws DamagedError naming the object and `fields.contentId`; SharestrataError `NEWER_FORMAT`
 */
export async function decodeBlobObject(
  name: string,
  contentId: ContentId,
  object: Uint8Array,
  codec: BlobCodec,
): Promise<Uint8Array> {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  const header = readHeader(name, contentId, bytes);
  return verifiedBlob({ name, contentId, ...header }, bytes.subarray(BLOB_HEADER_BYTES), codec);
}

function readHeader(name: string, contentId: ContentId, bytes: Buffer) {
  const wrong = (problem: string) => damaged(name, problem, undefined, contentId);
  if (bytes.length === 0) throw wrong("is empty");
  if (bytes.length < BLOB_HEADER_BYTES) throw wrong("is cut short");
  if (!bytes.subarray(0, 4).equals(MAGIC)) throw wrong("is not a blob of Sharestrata");
  if (!bytes.subarray(CHECK_AT, BLOB_HEADER_BYTES).equals(headerCheck(bytes))) {
    throw wrong("has a header that does not have the checksum it was stored with");
  }
  const version = bytes[4] ?? 0;
  if (version > FORMAT_VERSION) throw newerFormat(name, version);
  if (!bytes.subarray(32, SHA256_AT).equals(nameTag(name)) || bytes.readBigUInt64LE(8) !== BigInt(contentId)) {
    throw wrong("is another blob, stored under this name");
  }
  const codec = codecOf(bytes[5] ?? 255);
  if (version === 0 || codec === undefined || bytes.readUInt16LE(6) !== 0) {
    throw wrong("is stored in a way that is not known");
  }
  if (bytes.readBigUInt64LE(24) !== BigInt(bytes.length - BLOB_HEADER_BYTES)) {
    throw wrong("does not have the length it says");
  }
  return { codec, plainBytes: Number(bytes.readBigUInt64LE(16)), sha256: bytes.subarray(SHA256_AT, CHECK_AT) };
}

/** Of everything before it. */
function headerCheck(object: Buffer): Uint8Array {
  return createHash("sha256")
    .update(object.subarray(0, CHECK_AT))
    .digest()
    .subarray(0, BLOB_HEADER_BYTES - CHECK_AT);
}
