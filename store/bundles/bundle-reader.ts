/** Reading a bundle: its index from its tail, and single blobs by range, each verified before it is returned. */
import type { BundleId, ContentId } from "../../core/ids.js";
import type { BlobCodec } from "../content/codec.js";
import { damagedBlob, verifiedBlob, verifiedBlobNow } from "../content/verified-blob.js";
import type { Sealing } from "../crypto/sealing.js";
import { damaged, UNOPENED } from "../envelope.js";
import type { ObjectNames } from "../object-names.js";
import type { IoOptions, ObjectStore } from "../object-store.js";
import type { ObjectsNow } from "../objects-now.js";
import { memberName } from "./bundle-builder.js";
import { decodeBundleIndex, type BundleIndex, type BundleMember } from "./bundle-index.js";
import { readFooter, TAR_BLOCK_BYTES, type IndexPlace } from "./bundle-layout.js";

/**
 * What is read of a bundle's end at first. An index of about 1600 blobs fits in, so for files of 10 KiB and more one
 * read does; otherwise it takes a second one.
 */
export const TAIL_BYTES = 128 * 1024;

/**
 * @throws DamagedError naming the bundle, also when it is missing; SharestrataError `NEWER_FORMAT`; StoreError
 */
export async function readBundleIndex(
  objects: Pick<ObjectStore, "getRange">,
  names: ObjectNames,
  bundleId: BundleId,
  sealing: Sealing,
  options: IoOptions = {},
): Promise<BundleIndex> {
  const name = names.bundle(bundleId);
  const readTail = async (bytes: number): Promise<Buffer> =>
    expectTail(name, await objects.getRange(name, -bytes, bytes, options));
  const tail = await readTail(TAIL_BYTES);
  const place = placeIn(name, tail);
  const end = tail.length >= place.fromEnd ? tail : await readTail(place.fromEnd);
  return indexIn(name, bundleId, place, end, sealing);
}

/** As `readBundleIndex`, on a thread that has nothing else to do. */
export function readBundleIndexNow(
  objects: ObjectsNow,
  names: ObjectNames,
  bundleId: BundleId,
  sealing: Sealing,
): BundleIndex {
  const name = names.bundle(bundleId);
  const readTail = (bytes: number): Buffer => expectTail(name, objects.getRange(name, -bytes, bytes));
  const tail = readTail(TAIL_BYTES);
  const place = placeIn(name, tail);
  const end = tail.length >= place.fromEnd ? tail : readTail(place.fromEnd);
  return indexIn(name, bundleId, place, end, sealing);
}

function placeIn(name: string, tail: Buffer): IndexPlace {
  const place = readFooter(name, tail);
  // Less than was asked for is the whole object.
  if (tail.length < TAIL_BYTES && tail.length !== place.bundleBytes) throw damaged(name, "is cut short");
  return place;
}

function indexIn(name: string, bundleId: BundleId, place: IndexPlace, end: Buffer, sealing: Sealing): BundleIndex {
  if (end.length < place.fromEnd) throw damaged(name, "is cut short");
  const start = end.length - place.fromEnd;
  const index = end.subarray(start, start + place.lengthBytes);
  return decodeBundleIndex(name, bundleId, index, place.bundleBytes - place.fromEnd - TAR_BLOCK_BYTES, sealing);
}

/**
 * @returns the plain bytes of one blob, verified
 * @throws DamagedError naming the bundle and `fields.contentId`; StoreError
 */
export async function readMember(
  objects: Pick<ObjectStore, "getRange">,
  name: string,
  member: BundleMember,
  codec: BlobCodec,
  sealing: Sealing,
  options: IoOptions = {},
): Promise<Uint8Array> {
  return verifiedBlob({ name, ...member }, await readOpened(objects, name, member, sealing, options), codec);
}

/** As `readMember`, on a thread that has nothing else to do. */
export function readMemberNow(
  objects: ObjectsNow,
  name: string,
  member: BundleMember,
  codec: BlobCodec,
  sealing: Sealing,
): Uint8Array {
  const stored = expectMember(name, member, objects.getRange(name, member.offset, member.storedBytes));
  return verifiedBlobNow({ name, ...member }, openedMember(name, member, stored, sealing), codec);
}

/**
 * As `readMember`, of what has been read already.
 * @param stored the member's bytes in the object, undefined when that is gone
 */
export async function decodeMember(
  name: string,
  member: BundleMember,
  stored: Uint8Array | undefined,
  codec: BlobCodec,
  sealing: Sealing,
): Promise<Uint8Array> {
  const opened = openedMember(name, member, expectMember(name, member, stored), sealing);
  return verifiedBlob({ name, ...member }, opened, codec);
}

/**
 * A member as it was before it was sealed; still compressed, and not verified unless it was sealed.
 * @throws as `readMember`
 */
export async function readOpened(
  objects: Pick<ObjectStore, "getRange">,
  name: string,
  member: BundleMember,
  sealing: Sealing,
  options: IoOptions = {},
): Promise<Uint8Array> {
  const stored = await objects.getRange(name, member.offset, member.storedBytes, options);
  return openedMember(name, member, expectMember(name, member, stored), sealing);
}

function expectMember(
  name: string,
  { contentId, storedBytes }: BundleMember,
  stored: Uint8Array | undefined,
): Uint8Array {
  if (stored === undefined) throw damagedBlob(name, contentId, "is gone with it");
  if (stored.length !== storedBytes) throw damagedBlob(name, contentId, "is cut short");
  return stored;
}

/**
 * The bytes of a member as they were before they were sealed; still compressed.
 * @throws DamagedError naming the bundle and `fields.contentId`
 */
function openedMember(name: string, member: BundleMember, stored: Uint8Array, sealing: Sealing): Uint8Array {
  const { contentId, codec } = member;
  try {
    return sealing.open(name, stored, Buffer.from(memberName(contentId, codec, sealing.isSealed), "latin1"));
  } catch (error) {
    throw damagedBlob(name, contentId, UNOPENED, error);
  }
}

/** The blob's entry. @throws DamagedError when the bundle does not hold it */
export function memberOf(index: BundleIndex, name: string, contentId: ContentId): BundleMember {
  const member = index.find(contentId);
  if (member === undefined) throw damagedBlob(name, contentId, "is not in its index");
  return member;
}

function expectTail(name: string, tail: Uint8Array | undefined): Buffer {
  if (tail === undefined) throw damaged(name, "is missing");
  return Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
}
