/** The values of the catalog's smaller tables. Byte tables are in docs/format.md. */
import type { BundleId, ContentId, SnapshotNumber } from "../core/ids.js";
import type { ContentPart, ForeignContent, PosixAttributes } from "../core/node.js";
import { ByteReader, ByteWriter } from "./bytes.js";

const writer = new ByteWriter();

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

/** A number of ids. */
export const countValue = {
  encode(count: number): Buffer {
    writer.reset();
    writer.varint(count);
    return writer.finish();
  },
  decode(value: Buffer): number {
    const reader = new ByteReader(value, "condemned");
    const count = reader.varint();
    reader.end();
    return count;
  },
};

/** A content that is a list, and the segment that has its full record. */
export interface ListRow {
  readonly snapshot: SnapshotNumber;
  readonly segment: number;
  readonly parts: readonly ContentPart[];
}

export const listValue = {
  encode({ snapshot, segment, parts }: ListRow): Buffer {
    writer.reset();
    writer.varint(snapshot);
    writer.varint(segment);
    writer.varint(parts.length);
    for (const part of parts) {
      writer.varint(part.contentId);
      writer.varint(part.sizeBytes);
    }
    return writer.finish();
  },
  decode(value: Buffer): ListRow {
    const reader = new ByteReader(value, "lists");
    const snapshot = reader.varint() as SnapshotNumber;
    const segment = reader.varint();
    const parts: ContentPart[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      parts.push({ contentId: reader.varint() as ContentId, sizeBytes: reader.varint() });
    }
    reader.end();
    return { snapshot, segment, parts };
  },
};

export const foreignValue = {
  encode({ share, contentId }: ForeignContent): Buffer {
    writer.reset();
    writer.text(share);
    writer.varint(contentId);
    return writer.finish();
  },
  decode(value: Buffer): ForeignContent {
    const reader = new ByteReader(value, "foreign");
    const owner = { share: reader.text(), contentId: reader.varint() as ContentId };
    reader.end();
    return owner;
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
