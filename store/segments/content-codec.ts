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
import { enumValue, id, positiveId, sha256Field, text, vector } from "../fields.js";

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
    owner ? builder.createString(owner.share) : ABSENT,
    owner ? uint64(owner.contentId) : 0n,
  );
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
  return { kind, ...common, parts: decodeParts(table, common.sizeBytes) };
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
