/**
 * Carrying blobs from one bundle into another, compressed as they are; what is sealed is opened, as the other bundle has another
 * name and seals them anew. Each is verified on the way, since its old place is deleted afterwards: damage must stay where it is, and be told, instead of being taken along.
 */
import type { EncodedBlob, BlobCodec } from "../content/codec.js";
import { verifiedBlob } from "../content/verified-blob.js";
import type { Sealing } from "../crypto/sealing.js";
import type { IoOptions, ObjectStore } from "../object-store.js";
import type { BundleContent } from "./bundle-builder.js";
import type { BundleMember } from "./bundle-index.js";
import { readOpened } from "./bundle-reader.js";

/**
 * One member of the bundle `name`, ready to be put into another.
 * @throws DamagedError naming the bundle and `fields.contentId`; StoreError
 */
export async function readStoredMember(
  objects: Pick<ObjectStore, "getRange">,
  name: string,
  member: BundleMember,
  codec: BlobCodec,
  sealing: Sealing,
  options: IoOptions = {},
): Promise<BundleContent> {
  const { contentId, plainBytes } = member;
  const bytes = await readOpened(objects, name, member, sealing, options);
  await verifiedBlob({ name, ...member }, bytes, codec);
  const encoded: EncodedBlob = { codec: member.codec, bytes };
  // A copy: the index that it comes from may be large, and is not to be kept alive by it.
  return { contentId, encoded, plainBytes, sha256: Uint8Array.prototype.slice.call(member.sha256) };
}
