/** The values of the catalog's smaller tables. Byte tables are in docs/format.md. */
import type { BundleId, ContentId, NodeId, SnapshotNumber } from "../core/ids.js";
import type { ContentPart, NodeKind, PosixAttributes } from "../core/node.js";
import { ByteReader, ByteWriter } from "./bytes.js";
import type { KnownNode } from "./catalog.js";

const KINDS: readonly NodeKind[] = ["directory", "file", "symlink"];
const writer = new ByteWriter();

export const knownNodeValue = {
  encode({ nodeId, kind, parentId, name }: KnownNode): Buffer {
    writer.reset();
    writer.byte(KINDS.indexOf(kind));
    writer.varint(nodeId);
    writer.varint(parentId);
    writer.text(name);
    return writer.finish();
  },
  decode(value: Buffer): KnownNode {
    const reader = new ByteReader(value, "sources");
    const kind = KINDS[reader.byte()] ?? "file";
    const known = { kind, nodeId: reader.varint() as NodeId, parentId: reader.varint() as NodeId, name: reader.text() };
    reader.end();
    return known;
  },
};

/** A run of consecutive content ids in one bundle. */
export interface BundleRange {
  readonly bundleId: BundleId;
  readonly count: number;
}

export const bundleRangeValue = {
  encode({ bundleId, count }: BundleRange): Buffer {
    writer.reset();
    writer.varint(bundleId);
    writer.varint(count);
    return writer.finish();
  },
  decode(value: Buffer): BundleRange {
    const reader = new ByteReader(value, "bundles");
    const range = { bundleId: reader.varint() as BundleId, count: reader.varint() };
    reader.end();
    return range;
  },
};

export const partsValue = {
  encode(parts: readonly ContentPart[]): Buffer {
    writer.reset();
    writer.varint(parts.length);
    for (const part of parts) {
      writer.varint(part.contentId);
      writer.varint(part.sizeBytes);
    }
    return writer.finish();
  },
  decode(value: Buffer): readonly ContentPart[] {
    const reader = new ByteReader(value, "lists");
    const parts: ContentPart[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      parts.push({ contentId: reader.varint() as ContentId, sizeBytes: reader.varint() });
    }
    reader.end();
    return parts;
  },
};

/** A run of consecutive versions whose metadata lies in one segment. */
export interface SegmentRange {
  readonly snapshot: SnapshotNumber;
  readonly segment: number;
  readonly count: number;
}

export const segmentRangeValue = {
  encode({ snapshot, segment, count }: SegmentRange): Buffer {
    writer.reset();
    writer.varint(snapshot);
    writer.varint(segment);
    writer.varint(count);
    return writer.finish();
  },
  decode(value: Buffer): SegmentRange {
    const reader = new ByteReader(value, "segments");
    const range = {
      snapshot: reader.varint() as SnapshotNumber,
      segment: reader.varint(),
      count: reader.varint(),
    };
    reader.end();
    return range;
  },
};

export const posixValue = {
  encode({ mode, uid, gid }: PosixAttributes): Buffer {
    writer.reset();
    writer.varint(mode);
    writer.varint(uid);
    writer.varint(gid);
    return writer.finish();
  },
  decode(value: Buffer): PosixAttributes {
    const reader = new ByteReader(value, "posix");
    const posix = { mode: reader.varint(), uid: reader.varint(), gid: reader.varint() };
    reader.end();
    return posix;
  },
};
