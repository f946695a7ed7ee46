/**
 * Making a bundle: a plain ustar archive that every tar lists and extracts, with the index as its last member. Its
 * bytes follow from its blobs alone (no time, no owner), so making it twice gives the same object, unless it is sealed.
 */
import { pack } from "tar-stream";
import { hexId, type BundleId, type ContentId } from "../../core/ids.js";
import type { CodecName, EncodedBlob } from "../content/codec.js";
import { sealingOf } from "../crypto/aes-sealing.js";
import type { ShareKey } from "../crypto/sealing.js";
import { encodeBundleIndex, type BundleMember } from "./bundle-index.js";
import { INDEX_MEMBER_NAME, roundedToBlock, TAR_BLOCK_BYTES, withFooter } from "./bundle-layout.js";

/** A blob that goes into a bundle. */
export interface BundledBlob {
  readonly encoded: EncodedBlob;
  readonly plainBytes: number;
  /** 32 bytes, of the plain bytes. */
  readonly sha256: Uint8Array;
}

/** One that has an id already. */
export interface BundleContent extends BundledBlob {
  readonly contentId: ContentId;
}

/** What a blob takes up in a bundle: a TAR header, and its stored bytes rounded up to a block. */
export function bundledSizeBytes(storedBytes: number): number {
  return TAR_BLOCK_BYTES + roundedToBlock(storedBytes);
}

/** The name of a blob's member. Where it is sealed, it is bound to its member's name as well. */
export function memberName(contentId: ContentId, codec: CodecName, isSealed: boolean): string {
  return hexId(contentId) + (codec === "zstd" ? ".zst" : "") + (isSealed ? ".aes" : "");
}

/**
 * May run on any thread.
 * @param name of the object that the bundle becomes
 * @param firstContentId the blobs have this and the following ids
 * @param key of the share; undefined where it is not encrypted
 * @returns the whole object
 */
export async function buildBundle(
  name: string,
  bundleId: BundleId,
  firstContentId: ContentId,
  blobs: readonly BundledBlob[],
  key: ShareKey | undefined,
): Promise<Uint8Array> {
  const contents = blobs.map((blob, i) => ({ ...blob, contentId: (firstContentId + i) as ContentId }));
  return buildBundleOf(name, bundleId, contents, key);
}

/** As `buildBundle`, of blobs that have been stored before. @param contents by ascending content id */
export async function buildBundleOf(
  name: string,
  bundleId: BundleId,
  contents: readonly BundleContent[],
  key: ShareKey | undefined,
): Promise<Uint8Array> {
  const sealing = sealingOf(key);
  const tar = pack();
  const members: BundleMember[] = [];
  let at = 0;
  for (const { contentId, encoded, plainBytes, sha256 } of contents) {
    const member = memberName(contentId, encoded.codec, sealing.isSealed);
    const stored = sealing.seal(name, encoded.bytes, Buffer.from(member, "latin1"));
    addMember(tar, member, stored);
    members.push({
      contentId,
      offset: at + TAR_BLOCK_BYTES,
      storedBytes: stored.length,
      plainBytes,
      codec: encoded.codec,
      sha256,
    });
    at += bundledSizeBytes(stored.length);
  }
  addMember(tar, INDEX_MEMBER_NAME, withFooter(encodeBundleIndex(name, bundleId, members, sealing), at));
  tar.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of tar as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}

function addMember(tar: ReturnType<typeof pack>, name: string, bytes: Uint8Array): void {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  tar.entry({ name, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0, type: "file" }, data);
}
