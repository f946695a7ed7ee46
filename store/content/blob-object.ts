/**
 * A lone blob: an object that holds one blob behind a header of 96 bytes (docs/format.md has the table). The header
 * has a checksum of its own and binds the object to its name; the blob is what its SHA-256 says or is not returned.
 * Sealed, the header says neither SHA-256 nor plain size: who guesses a file could tell by them that it is there. They
 * lie in front of the stored bytes then, and are sealed with them.
 */
import { createHash } from "node:crypto";
import type { ContentId } from "../../core/ids.js";
import { sealingOf } from "../crypto/aes-sealing.js";
import type { Sealing, ShareKey } from "../crypto/sealing.js";
import { damaged, FORMAT_VERSION, nameTag, newerFormat, sealingProblem, UNOPENED } from "../envelope.js";
import { SHA256_BYTES } from "../fields.js";
import { CODEC_NUMBERS, codecOf, type BlobCodec, type EncodedBlob } from "./codec.js";
import { type ExpectedBlob, verifiedBlob, verifiedBlobNow } from "./verified-blob.js";

export const BLOB_HEADER_BYTES = 96;
const MAGIC = Buffer.from("SSBL", "latin1");
/** Flag: what follows the header is sealed, with the header before its checksum bound to it. */
const SEALED = 0x0001;
const SIZE_BYTES = 8;
const PLAIN_SIZE_AT = 16;
const SHA256_AT = 48;
const CHECK_AT = SHA256_AT + SHA256_BYTES;
/** Plain size and SHA-256. */
const HIDDEN_BYTES = SIZE_BYTES + SHA256_BYTES;

/** What an object takes besides the blob's stored bytes. */
export function blobObjectOverhead({ isSealed, overheadBytes }: Pick<Sealing, "isSealed" | "overheadBytes">): number {
  return BLOB_HEADER_BYTES + overheadBytes + (isSealed ? HIDDEN_BYTES : 0);
}

/**
 * May run on any thread.
 * @param plainSha256 32 bytes, of the blob before encoding
 * @param key of the share; undefined where it is not encrypted
 * @returns the whole object to store under `name`
 */
export function encodeBlobObject(
  name: string,
  contentId: ContentId,
  encoded: EncodedBlob,
  plainBytes: number,
  plainSha256: Uint8Array,
  key: ShareKey | undefined,
): Uint8Array {
  const sealing = sealingOf(key);
  const object = Buffer.allocUnsafeSlow(blobObjectOverhead(sealing) + encoded.bytes.length);
  object.fill(0, 0, BLOB_HEADER_BYTES);
  MAGIC.copy(object, 0);
  object[4] = FORMAT_VERSION;
  object[5] = CODEC_NUMBERS[encoded.codec];
  object.writeUInt16LE(sealing.isSealed ? SEALED : 0, 6);
  object.writeBigUInt64LE(BigInt(contentId), 8);
  object.writeBigUInt64LE(BigInt(object.length - BLOB_HEADER_BYTES), 24);
  object.set(nameTag(name), 32);
  if (sealing.isSealed) {
    const hidden = Buffer.concat([sizeField(plainBytes), plainSha256, encoded.bytes]);
    object.set(sealing.seal(name, hidden, object.subarray(0, CHECK_AT)), BLOB_HEADER_BYTES);
  } else {
    object.set(sizeField(plainBytes), PLAIN_SIZE_AT);
    object.set(plainSha256, SHA256_AT);
    object.set(encoded.bytes, BLOB_HEADER_BYTES);
  }
  object.set(headerCheck(object), CHECK_AT);
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
  sealing: Sealing,
): Promise<Uint8Array> {
  const { stored, expected } = openedObject(name, contentId, object, sealing);
  return verifiedBlob(expected, stored, codec);
}

/** As `decodeBlobObject`, on a thread that has nothing else to do. */
export function decodeBlobObjectNow(
  name: string,
  contentId: ContentId,
  object: Uint8Array,
  codec: BlobCodec,
  sealing: Sealing,
): Uint8Array {
  const { stored, expected } = openedObject(name, contentId, object, sealing);
  return verifiedBlobNow(expected, stored, codec);
}

function openedObject(
  name: string,
  contentId: ContentId,
  object: Uint8Array,
  sealing: Sealing,
): { readonly stored: Uint8Array; readonly expected: ExpectedBlob } {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  const codec = readHeader(name, contentId, bytes, sealing.isSealed);
  const { stored, ...expected } = sealing.isSealed ? opened(name, contentId, bytes, sealing) : plainParts(bytes);
  return { stored, expected: { name, contentId, codec, ...expected } };
}

function readHeader(name: string, contentId: ContentId, bytes: Buffer, isSealed: boolean) {
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
  const flags = bytes.readUInt16LE(6);
  if (version === 0 || codec === undefined || (flags | SEALED) !== SEALED) {
    throw wrong("is stored in a way that is not known");
  }
  if ((flags === SEALED) !== isSealed) throw wrong(sealingProblem(flags === SEALED));
  if (bytes.readBigUInt64LE(24) !== BigInt(bytes.length - BLOB_HEADER_BYTES)) {
    throw wrong("does not have the length it says");
  }
  return codec;
}

interface BlobParts {
  readonly plainBytes: number;
  readonly sha256: Uint8Array;
  readonly stored: Uint8Array;
}

function plainParts(object: Buffer): BlobParts {
  return {
    plainBytes: Number(object.readBigUInt64LE(PLAIN_SIZE_AT)),
    sha256: object.subarray(SHA256_AT, CHECK_AT),
    stored: object.subarray(BLOB_HEADER_BYTES),
  };
}

function opened(name: string, contentId: ContentId, object: Buffer, sealing: Sealing): BlobParts {
  try {
    const hidden = sealing.open(name, object.subarray(BLOB_HEADER_BYTES), object.subarray(0, CHECK_AT));
    const plainBytes = Number(Buffer.from(hidden.buffer, hidden.byteOffset, SIZE_BYTES).readBigUInt64LE());
    return { plainBytes, sha256: hidden.subarray(SIZE_BYTES, HIDDEN_BYTES), stored: hidden.subarray(HIDDEN_BYTES) };
  } catch (error) {
    throw damaged(name, UNOPENED, error, contentId);
  }
}

function sizeField(bytes: number): Buffer {
  const field = Buffer.alloc(SIZE_BYTES);
  field.writeBigUInt64LE(BigInt(bytes));
  return field;
}

/** Of everything before it. */
function headerCheck(object: Buffer): Uint8Array {
  return createHash("sha256")
    .update(object.subarray(0, CHECK_AT))
    .digest()
    .subarray(0, BLOB_HEADER_BYTES - CHECK_AT);
}
