/** The last gate before content leaves the store: stored bytes become plain bytes here, and are verified. */
import { createHash } from "node:crypto";
import { DamagedError } from "../../core/errors.js";
import type { ContentId } from "../../core/ids.js";
import type { BlobCodec, CodecName } from "./codec.js";

export interface ExpectedBlob {
  /** The object it lies in. */
  readonly name: string;
  readonly contentId: ContentId;
  readonly codec: CodecName;
  readonly plainBytes: number;
  readonly sha256: Uint8Array;
}

/** @throws DamagedError naming object and content id when the bytes are not exactly what is expected */
export async function verifiedBlob(expected: ExpectedBlob, stored: Uint8Array, codec: BlobCodec): Promise<Uint8Array> {
  let plain: Uint8Array;
  try {
    plain = await codec.decode(expected.codec, stored, expected.plainBytes);
  } catch (error) {
    throw damagedBlob(expected.name, expected.contentId, "cannot be decompressed", error);
  }
  return verified(expected, plain);
}

/** As `verifiedBlob`, on a thread that has nothing else to do. */
export function verifiedBlobNow(expected: ExpectedBlob, stored: Uint8Array, codec: BlobCodec): Uint8Array {
  let plain: Uint8Array;
  try {
    plain = codec.decodeNow(expected.codec, stored, expected.plainBytes);
  } catch (error) {
    throw damagedBlob(expected.name, expected.contentId, "cannot be decompressed", error);
  }
  return verified(expected, plain);
}

function verified(expected: ExpectedBlob, plain: Uint8Array): Uint8Array {
  if (!createHash("sha256").update(plain).digest().equals(expected.sha256)) {
    throw damagedBlob(expected.name, expected.contentId, "does not have its SHA-256");
  }
  return plain;
}

/** @param problem completes the sentence "The blob N in the object X …" */
export function damagedBlob(name: string, contentId: ContentId, problem: string, cause?: unknown): DamagedError {
  return new DamagedError(`The blob ${contentId} in the object ${name} ${problem}.`, { where: name, contentId }, cause);
}
