/**
 * The marker `latest`: the number of the newest snapshot, as four bytes. It is a hint, written after the manifest and
 * replaced in place; when it is behind or gone, the manifests themselves say what is newest.
 */
import type { SnapshotNumber } from "../../core/ids.js";
import { uint32 } from "../building.js";
import { damaged, decodeEnvelope, encodeEnvelope } from "../envelope.js";

const PAYLOAD_BYTES = 4;

export function encodeLatest(name: string, number: SnapshotNumber): Uint8Array {
  const payload = Buffer.alloc(PAYLOAD_BYTES);
  payload.writeUInt32LE(uint32(number));
  return encodeEnvelope("latest", name, payload);
}

/** @throws DamagedError; SharestrataError `NEWER_FORMAT` */
export function decodeLatest(name: string, object: Uint8Array): SnapshotNumber {
  const payload = decodeEnvelope("latest", name, object);
  const number =
    payload.length === PAYLOAD_BYTES ? new DataView(payload.buffer, payload.byteOffset).getUint32(0, true) : 0;
  if (number === 0) throw damaged(name, "names no snapshot");
  return number as SnapshotNumber;
}
