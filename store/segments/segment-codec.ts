/**
 * A segment: one ChangeBatch as it lies in the store. The envelope binds it to its name and so to share, snapshot
 * and number; the payload repeats snapshot and number, so that a file found outside the store still says what it is.
 */
import { Builder, ByteBuffer } from "flatbuffers";
import type { ContentId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type { ChangeBatch, ContentRecord, NodePut, PermissionRecord } from "../../core/node.js";
import { Segment } from "../../schemas/generated/segment_generated.js";
import { addOptionalTables, addTables, uint32, uint64 } from "../building.js";
import type { Sealing } from "../crypto/sealing.js";
import { damaged, FORMAT_VERSION, decodeEnvelope, encodeEnvelope } from "../envelope.js";
import { checkFormat, checkIdentifier, decoding, id, vector } from "../fields.js";
import { decodeBundle, decodeContent, encodeBundle, encodeContent } from "./content-codec.js";
import { decodePut, decodeRemoval, encodePut, encodeRemoval } from "./node-codec.js";
import { decodePermission, encodePermission, keyOf } from "./permission-codec.js";

const IDENTIFIER = "SSSG";

/** What a put takes at the most usual: a first guess, so that the builder seldom has to grow. */
const BYTES_PER_RECORD = 256;

export interface SegmentPlace {
  readonly snapshot: SnapshotNumber;
  /** From 0 within the snapshot. */
  readonly number: number;
}

/** @returns the whole object to store under `name` */
export function encodeSegment(name: string, place: SegmentPlace, batch: ChangeBatch, sealing: Sealing): Uint8Array {
  const records = batch.puts.length + batch.removals.length + batch.contents.length + batch.bundles.length;
  const builder = new Builder(1024 + records * BYTES_PER_RECORD);
  const puts = addTables(
    builder,
    batch.puts.map((put) => encodePut(builder, put)),
  );
  const removals = addTables(
    builder,
    batch.removals.map((removal) => encodeRemoval(builder, removal)),
  );
  const contents = addTables(
    builder,
    batch.contents.map((content) => encodeContent(builder, content)),
  );
  const bundles = addTables(
    builder,
    batch.bundles.map((bundle) => encodeBundle(builder, bundle)),
  );
  const permissions = addOptionalTables(
    builder,
    (batch.permissions ?? []).map((permission) => encodePermission(builder, permission)),
  );
  const root = Segment.createSegment(
    builder,
    FORMAT_VERSION,
    uint32(place.snapshot),
    uint32(place.number),
    uint64(batch.firstVersion),
    bundles,
    contents,
    removals,
    puts,
    permissions,
  );
  builder.finish(root, IDENTIFIER);
  return encodeEnvelope("segment", name, builder.asUint8Array(), sealing);
}

/** @throws DamagedError naming the object; SharestrataError `NEWER_FORMAT` */
export function decodeSegment(name: string, place: SegmentPlace, object: Uint8Array, sealing: Sealing): ChangeBatch {
  return decoding(name, () => {
    const { buffer, segment } = openSegmentTable(name, place, object, sealing);
    return {
      firstVersion: id<VersionNumber>(segment.firstVersion(), "the first version"),
      bundles: vector(buffer, segment.bundlesLength(), (index) => segment.bundles(index), decodeBundle),
      contents: vector(buffer, segment.contentsLength(), (index) => segment.contents(index), decodeContent),
      ...decodePermissions(buffer, segment),
      removals: vector(buffer, segment.removalsLength(), (index) => segment.removals(index), decodeRemoval),
      puts: vector(buffer, segment.putsLength(), (index) => segment.puts(index), decodePut),
    };
  });
}

function decodePermissions(buffer: ByteBuffer, segment: Segment): Pick<ChangeBatch, "permissions"> {
  const count = segment.permissionsLength();
  if (count === 0) return {};
  return { permissions: vector(buffer, count, (index) => segment.permissions(index), decodePermission) };
}

/** A segment that was checked as a whole, and whose puts are decoded when they are asked for. */
export interface SegmentView {
  readonly firstVersion: VersionNumber;
  readonly putCount: number;
  /** Of the whole object, which it holds. */
  readonly sizeBytes: number;
  /** @throws DamagedError naming the object; RangeError when there is no such put */
  put(index: number): NodePut;
  /** The record of a content. @returns undefined when the segment has none. @throws DamagedError naming the object */
  content(contentId: ContentId): ContentRecord | undefined;
  /** What a permission key stands for. @returns as `content` @throws DamagedError naming the object */
  permission(key: string): PermissionRecord | undefined;
}

/** @throws as `decodeSegment`, but for what is wrong with a single put */
export function viewSegment(name: string, place: SegmentPlace, object: Uint8Array, sealing: Sealing): SegmentView {
  return decoding(name, () => {
    const { segment } = openSegmentTable(name, place, object, sealing);
    return {
      firstVersion: id<VersionNumber>(segment.firstVersion(), "the first version"),
      putCount: segment.putsLength(),
      sizeBytes: object.byteLength,
      put: (index) =>
        decoding(name, () => {
          const table = index >= 0 && index < segment.putsLength() ? segment.puts(index) : null;
          if (!table) throw new RangeError(`${name} has no put ${index}`);
          return decodePut(table);
        }),
      content: (contentId) =>
        decoding(name, () => {
          for (let index = 0; index < segment.contentsLength(); index++) {
            const table = segment.contents(index);
            if (table?.contentId() === BigInt(contentId)) return decodeContent(table);
          }
          return undefined;
        }),
      permission: (key) =>
        decoding(name, () => {
          for (let index = 0; index < segment.permissionsLength(); index++) {
            const table = segment.permissions(index);
            if (table && keyOf(table) === key) return decodePermission(table);
          }
          return undefined;
        }),
    };
  });
}

function openSegmentTable(
  name: string,
  place: SegmentPlace,
  object: Uint8Array,
  sealing: Sealing,
): { readonly buffer: ByteBuffer; readonly segment: Segment } {
  const buffer = new ByteBuffer(decodeEnvelope("segment", name, object, sealing));
  checkIdentifier(name, buffer, IDENTIFIER);
  const segment = Segment.getRootAsSegment(buffer);
  checkFormat(name, segment.format());
  if (segment.snapshot() !== place.snapshot || segment.number() !== place.number) {
    throw damaged(name, `is segment ${segment.number()} of snapshot ${segment.snapshot()}`);
  }
  return { buffer, segment };
}
