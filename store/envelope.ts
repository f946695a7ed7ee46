/**
 * The envelope around every FlatBuffers object of a share: 64 bytes in front of the payload that say what this is,
 * under which name it was stored, how long it is and what its SHA-256 must be. That makes a truncated, altered,
 * empty, foreign or swapped object visible before a single field is read, and without a key: where the payload is
 * sealed, the SHA-256 is that of the sealed bytes. The layout is frozen for all format versions (docs/format.md has
 * the table): what changes with a version is the payload.
 */
import { createHash } from "node:crypto";
import { DamagedError, SharestrataError } from "../core/errors.js";
import type { Sealing } from "./crypto/sealing.js";

/** The version of everything this program writes, and the newest it reads. */
export const FORMAT_VERSION = 1;

export const ENVELOPE_BYTES = 64;
const MAGIC = Buffer.from("SSOB", "latin1");
const NAME_TAG_BYTES = 16;
const HASHED_HEADER_BYTES = 32;

/** The kind byte. Numbers are never reused. */
export const OBJECT_KINDS = {
  share: 1,
  segment: 2,
  manifest: 3,
  latest: 4,
  bundleIndex: 5,
  checkpoint: 6,
  checkpointPart: 7,
  lease: 8,
  key: 9,
  prune: 10,
} as const;
export type ObjectKind = keyof typeof OBJECT_KINDS;
/** What is read before there is a key, or tells nothing that its name does not. All else is sealed where the share is. */
export type OpenKind = "share" | "latest" | "lease" | "key";
export type SealableKind = Exclude<ObjectKind, OpenKind>;

/** Flag: the payload is sealed, with the bytes of the header before the SHA-256 bound to it. */
const SEALED = 0x0001;

/** 16 bytes that bind an object to the full name it is stored under: swapped objects do not verify. */
export function nameTag(name: string): Uint8Array {
  return createHash("sha256").update(name).digest().subarray(0, NAME_TAG_BYTES);
}

/** @param name of the object that the result is (or, for a bundle index, lies in) */
export function encodeEnvelope(kind: OpenKind, name: string, payload: Uint8Array): Uint8Array;
export function encodeEnvelope(kind: SealableKind, name: string, payload: Uint8Array, sealing: Sealing): Uint8Array;
export function encodeEnvelope(kind: ObjectKind, name: string, payload: Uint8Array, sealing?: Sealing): Uint8Array {
  const payloadBytes = payload.byteLength + (sealing?.overheadBytes ?? 0);
  const object = Buffer.alloc(ENVELOPE_BYTES + payloadBytes);
  MAGIC.copy(object, 0);
  object[4] = FORMAT_VERSION;
  object[5] = OBJECT_KINDS[kind];
  object.writeUInt16LE(flagsOf(sealing), 6);
  object.writeBigUInt64LE(BigInt(payloadBytes), 8);
  object.set(nameTag(name), 16);
  object.set(sealing?.seal(name, payload, object.subarray(0, HASHED_HEADER_BYTES)) ?? payload, ENVELOPE_BYTES);
  object.set(digest(object), HASHED_HEADER_BYTES);
  return object;
}

/**
 * @param name under which the object was found
 * @returns the payload, verified and opened; a view where nothing is sealed
 * @throws DamagedError naming the object; SharestrataError `NEWER_FORMAT` when an intact envelope says so
 */
export function decodeEnvelope(kind: OpenKind, name: string, object: Uint8Array): Uint8Array;
export function decodeEnvelope(kind: SealableKind, name: string, object: Uint8Array, sealing: Sealing): Uint8Array;
export function decodeEnvelope(kind: ObjectKind, name: string, object: Uint8Array, sealing?: Sealing): Uint8Array {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  if (bytes.length === 0) throw damaged(name, "is empty");
  if (bytes.length < ENVELOPE_BYTES) throw damaged(name, "is cut short");
  if (!bytes.subarray(0, 4).equals(MAGIC)) throw damaged(name, "is not an object of Sharestrata");
  const declared = bytes.readBigUInt64LE(8);
  const present = BigInt(bytes.length - ENVELOPE_BYTES);
  if (declared > present) throw damaged(name, "is cut short");
  if (declared < present) throw damaged(name, "is longer than it says");
  if (!bytes.subarray(HASHED_HEADER_BYTES, ENVELOPE_BYTES).equals(digest(bytes))) {
    throw damaged(name, "does not have the checksum it was stored with");
  }
  const version = bytes[4] ?? 0;
  if (version > FORMAT_VERSION) throw newerFormat(name, version);
  if (!bytes.subarray(16, HASHED_HEADER_BYTES).equals(nameTag(name))) {
    throw damaged(name, "is another object, stored under this name");
  }
  const flags = bytes.readUInt16LE(6);
  if (version === 0 || bytes[5] !== OBJECT_KINDS[kind] || (flags | SEALED) !== SEALED) {
    throw damaged(name, `is not a ${kind} object`);
  }
  // An object that anybody can write must not pass for one that only a holder of the key can.
  if (flags !== flagsOf(sealing)) throw damaged(name, sealingProblem(flags === SEALED));
  const payload = bytes.subarray(ENVELOPE_BYTES);
  if (sealing === undefined) return payload;
  try {
    return sealing.open(name, payload, bytes.subarray(0, HASHED_HEADER_BYTES));
  } catch (error) {
    throw damaged(name, UNOPENED, error);
  }
}

const flagsOf = (sealing: Sealing | undefined): number => (sealing?.isSealed === true ? SEALED : 0);

/** Of a sealed object that does not open. */
export const UNOPENED = "was not sealed with the key of this share, or has been changed since";

/** Of an object that is sealed in a share that is not encrypted, or the other way round. */
export function sealingProblem(isSealed: boolean): string {
  return isSealed ? "is encrypted, in a share that is not" : "is not encrypted, in a share that is";
}

/**
 * What is thrown for an object of this name; `problem` completes the sentence "The object X …".
 * @param contentId of the blob that the object holds, when it holds one
 */
export function damaged(name: string, problem: string, cause?: unknown, contentId?: number): DamagedError {
  const fields = contentId === undefined ? { where: name } : { where: name, contentId };
  return new DamagedError(`The object ${name} in the store ${problem}.`, fields, cause);
}

/** What is thrown for an object that a later version has written. */
export function newerFormat(name: string, version: number): SharestrataError {
  return new SharestrataError(
    "NEWER_FORMAT",
    `The object ${name} has format ${version}, and this version of Sharestrata reads up to ${FORMAT_VERSION}: use the newer one.`,
    { where: name, version },
  );
}

function digest(object: Buffer): Uint8Array {
  return createHash("sha256")
    .update(object.subarray(0, HASHED_HEADER_BYTES))
    .update(object.subarray(ENVELOPE_BYTES))
    .digest();
}
