/** Stored bundles and contents of a segment as FlatBuffers. */
import type { Builder, Offset } from "flatbuffers";
import { DamagedError } from "../../core/errors.js";
import type { BundleId, ContentId } from "../../core/ids.js";
import { isLabel } from "../../core/names.js";
import type { ContentPart, ContentRecord, ForeignContent, StoredBundle } from "../../core/node.js";
import {
  Bundle as BundleTable,
  Content as ContentTable,
  ContentKind as KindNumber,
  ContentPart as PartStruct,
} from "../../schemas/generated/segment_generated.js";
import { ABSENT, addSha256, refuse, uint32, uint64 } from "../building.js";
import { listHash } from "../content/list-hash.js";
import { enumValue, id, positiveId, SHA256_BYTES, sha256Field, text, vector } from "../fields.js";

type ListRecord = Extract<ContentRecord, { readonly kind: "list" }>;

const KINDS: readonly ContentRecord["kind"][] = ["bundled", "blob", "list", "foreign"];
const KIND_NUMBERS = {
  bundled: KindNumber.Bundled,
  blob: KindNumber.Blob,
  list: KindNumber.List,
  foreign: KindNumber.Foreign,
} as const satisfies Record<ContentRecord["kind"], KindNumber>;

export function encodeBundle(builder: Builder, bundle: StoredBundle): Offset {
  const sha256 = addSha256(builder, bundle.sha256);
  return BundleTable.createBundle(
    builder,
    uint64(bundle.bundleId),
    uint64(bundle.firstContentId),
    uint32(bundle.count),
    uint64(bundle.sizeBytes),
    sha256,
  );
}

export function decodeBundle(table: BundleTable): StoredBundle {
  const firstContentId = positiveId<ContentId>(table.firstContentId(), "a content id");
  const count = positiveId(table.count(), "the number of blobs in a bundle");
  id(firstContentId + count, "a content id");
  return {
    bundleId: positiveId<BundleId>(table.bundleId(), "a bundle id"),
    firstContentId,
    count,
    sizeBytes: id(table.size(), "a size"),
    sha256: sha256Field("the SHA-256 of a bundle", table.sha256Array()),
  };
}

export function encodeContent(builder: Builder, content: ContentRecord): Offset {
  if (content.kind === "list" && content.parts.length === 0) {
    throw refuse(`The content ${content.contentId} is a list without parts.`);
  }
  const sha256 = addSha256(builder, content.sha256);
  const parts = content.kind === "list" ? addParts(builder, content.parts) : ABSENT;
  const partSha256 = content.kind === "list" ? addPartSha256s(builder, content) : ABSENT;
  const bundleId = content.kind === "bundled" ? uint64(content.bundleId) : 0n;
  const owner = content.kind === "foreign" ? content.owner : undefined;
  return ContentTable.createContent(
    builder,
    uint64(content.contentId),
    KIND_NUMBERS[content.kind],
    uint64(content.sizeBytes),
    sha256,
    bundleId,
    parts,
    partSha256,
    owner ? builder.createString(owner.share) : ABSENT,
    owner ? uint64(owner.contentId) : 0n,
  );
}

function addPartSha256s(builder: Builder, { contentId, parts, sha256, partSha256s }: ListRecord): Offset {
  if (partSha256s.length !== parts.length * SHA256_BYTES || Buffer.compare(listHash(partSha256s), sha256) !== 0) {
    throw refuse(`The SHA-256s of the parts of content ${contentId} are not those of its list.`);
  }
  return builder.createByteVector(partSha256s);
}

function addParts(builder: Builder, parts: readonly ContentPart[]): Offset {
  ContentTable.startPartsVector(builder, parts.length);
  for (const part of parts.toReversed()) {
    PartStruct.createContentPart(builder, uint64(part.contentId), uint64(part.sizeBytes));
  }
  return builder.endVector();
}

export function decodeContent(table: ContentTable): ContentRecord {
  const kind = enumValue(KINDS, table.kind(), "a content's kind");
  const common = {
    contentId: positiveId<ContentId>(table.contentId(), "a content id"),
    sizeBytes: id(table.size(), "a size"),
    sha256: sha256Field("the SHA-256 of a content", table.sha256Array()),
  };
  if (kind === "blob") return { kind, ...common };
  if (kind === "bundled") return { kind, ...common, bundleId: positiveId<BundleId>(table.bundleId(), "a bundle id") };
  if (kind === "foreign") return { kind, ...common, owner: decodeOwner(table) };
  const parts = decodeParts(table, common.sizeBytes);
  return { kind, ...common, parts, partSha256s: decodePartSha256s(table, parts.length, common.sha256) };
}

function decodeOwner(table: ContentTable): ForeignContent {
  const share = text("the owner of a content", (encoding) => table.owner(encoding));
  if (!isLabel(share)) throw new DamagedError("the owner of a content is no share", { where: "owner" });
  return { share, contentId: positiveId<ContentId>(table.ownerContentId(), "a content id") };
}

function decodeParts(table: ContentTable, sizeBytes: number): readonly ContentPart[] {
  const parts =
    table.bb === null
      ? []
      : vector(
          table.bb,
          table.partsLength(),
          (index) => table.parts(index),
          (part) => ({
            contentId: positiveId<ContentId>(part.contentId(), "a content id"),
            sizeBytes: id(part.size(), "a size"),
          }),
        );
  const total = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (parts.length === 0 || total !== sizeBytes) {
    throw new DamagedError("the parts of a content do not make up its size", { where: "parts" });
  }
  return parts;
}

function decodePartSha256s(table: ContentTable, count: number, sha256: Uint8Array): Uint8Array {
  const found = table.partSha256Array();
  if (found?.length !== count * SHA256_BYTES || Buffer.compare(listHash(found), sha256) !== 0) {
    throw new DamagedError("the SHA-256s of the parts of a content are not those of its list", {
      where: "part_sha256",
    });
  }
  return Uint8Array.prototype.slice.call(found);
}
