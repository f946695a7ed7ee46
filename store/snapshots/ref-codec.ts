/** References to objects, as manifests and checkpoints hold them. */
import { createHash } from "node:crypto";
import type { Builder, Offset } from "flatbuffers";
import { ObjectRef as RefTable } from "../../schemas/generated/manifest_generated.js";
import { addSha256, uint64 } from "../building.js";
import { positiveId, sha256Field, text } from "../fields.js";
import type { ObjectRef } from "./manifest.js";

export function encodeRef(builder: Builder, ref: ObjectRef): Offset {
  const name = builder.createString(ref.name);
  return RefTable.createObjectRef(builder, name, uint64(ref.sizeBytes), addSha256(builder, ref.sha256));
}

/** @throws DamagedError */
export function decodeRef(ref: RefTable): ObjectRef {
  const name = text("an object's name", (encoding) => ref.name(encoding));
  return {
    name,
    sizeBytes: positiveId(ref.size(), "an object's size"),
    sha256: sha256Field("an object's SHA-256", ref.sha256Array()),
  };
}

/** @param object the whole of what is stored under `name` */
export function refOf(name: string, object: Uint8Array): ObjectRef {
  return { name, sizeBytes: object.byteLength, sha256: createHash("sha256").update(object).digest() };
}
