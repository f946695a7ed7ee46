/**
 * Parts of a checkpoint as they lie in the store: stored bytes in an envelope. How they are compressed and how long
 * they are plain stands in the record, which also has the SHA-256 of the object: a part of another checkpoint that was
 * once stored under the same name is found.
 */
import type { BlobCodec } from "../content/codec.js";
import type { Sealing } from "../crypto/sealing.js";
import { damaged, decodeEnvelope, encodeEnvelope } from "../envelope.js";
import { refOf } from "../snapshots/ref-codec.js";
import type { CheckpointPart } from "./checkpoint.js";

/** @returns the whole object to store under `name`, and what the record has to say of it */
export async function encodePart(
  name: string,
  plain: Uint8Array,
  codec: BlobCodec,
  sealing: Sealing,
): Promise<{ readonly object: Uint8Array; readonly part: CheckpointPart }> {
  const encoded = await codec.encode(plain);
  const object = encodeEnvelope("checkpointPart", name, encoded.bytes, sealing);
  return { object, part: { object: refOf(name, object), codec: encoded.codec, plainBytes: plain.byteLength } };
}

/**
 * @returns the plain bytes, verified; never more than `part.plainBytes`
 * @throws DamagedError naming the object; SharestrataError `NEWER_FORMAT`
 */
export async function decodePart(
  part: CheckpointPart,
  object: Uint8Array,
  codec: BlobCodec,
  sealing: Sealing,
): Promise<Uint8Array> {
  const { name, sha256 } = part.object;
  const stored = decodeEnvelope("checkpointPart", name, object, sealing);
  if (Buffer.compare(refOf(name, object).sha256, sha256) !== 0) {
    throw damaged(name, "is not the part that the checkpoint names");
  }
  try {
    return await codec.decode(part.codec, stored, part.plainBytes);
  } catch (error) {
    throw damaged(name, "cannot be decompressed", error);
  }
}
