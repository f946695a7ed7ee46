/**
 * Making a bundle: a plain ustar archive that every tar lists and extracts, with the index as its last member. Its
 * bytes follow from its blobs alone (no time, no owner), so making it twice gives the same object, unless it is sealed.
 */
import { hexId, type BundleId, type ContentId } from "../../core/ids.js";
import type { CodecName, EncodedBlob } from "../content/codec.js";
import { sealingOf } from "../crypto/aes-sealing.js";
import type { Sealing, ShareKey } from "../crypto/sealing.js";
import { encodeBundleIndex, type BundleMember } from "./bundle-index.js";
import { INDEX_MEMBER_NAME, roundedToBlock, TAR_BLOCK_BYTES, TAR_END_BYTES, withFooter } from "./bundle-layout.js";
import { TarHeaders } from "./tar-headers.js";

let tarHeaders: Promise<TarHeaders> | undefined;

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
  const headers = await (tarHeaders ??= TarHeaders.make());
  const members = layOut(contents, sealing);
  const last = members.at(-1);
  const at = last ? last.offset + roundedToBlock(last.storedBytes) : 0;
  const index = withFooter(encodeBundleIndex(name, bundleId, members, sealing), at);
  const object = Buffer.allocUnsafeSlow(at + TAR_BLOCK_BYTES + index.length + TAR_END_BYTES);
  for (const [i, { encoded }] of contents.entries()) {
    const { contentId, offset, storedBytes, codec } = members[i] as BundleMember;
    const member = memberName(contentId, codec, sealing.isSealed);
    headers.write(member, storedBytes, object.subarray(offset - TAR_BLOCK_BYTES, offset));
    const end = offset + storedBytes;
    sealing.sealInto(name, encoded.bytes, Buffer.from(member, "latin1"), object.subarray(offset, end));
    object.fill(0, end, roundedToBlock(end));
  }
  headers.write(INDEX_MEMBER_NAME, index.length, object.subarray(at, at + TAR_BLOCK_BYTES));
  object.set(index, at + TAR_BLOCK_BYTES);
  object.fill(0, object.length - TAR_END_BYTES);
  return object;
}

function layOut(contents: readonly BundleContent[], { overheadBytes }: Sealing): readonly BundleMember[] {
  let at = 0;
  return contents.map(({ contentId, encoded: { codec, bytes }, plainBytes, sha256 }) => {
    const storedBytes = bytes.length + overheadBytes;
    const offset = at + TAR_BLOCK_BYTES;
    at += bundledSizeBytes(storedBytes);
    return { contentId, offset, storedBytes, plainBytes, codec, sha256 };
  });
}
