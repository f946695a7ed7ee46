/** The value of one entry, in `entries` and in `history` alike. The byte table is in docs/format.md. */
import { DamagedError } from "../core/errors.js";
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../core/ids.js";
import type { NodeEntry, NodeKind } from "../core/node.js";
import type { TimeNs } from "../core/time.js";
import { ByteReader, ByteWriter } from "./bytes.js";
import type { CatalogEntry } from "./catalog.js";

const KINDS: readonly NodeKind[] = ["directory", "file", "symlink"];
const HAS_POSIX = 0x10;
const HAS_SOURCE_ID = 0x20;

/** An entry with the identity that the source gave it. */
export interface StoredEntry extends CatalogEntry {
  readonly sourceId: string | undefined;
}

export type EntryToStore = NodeEntry & { readonly since: SnapshotNumber; readonly version: VersionNumber };

const writer = new ByteWriter();

export function encodeEntry(entry: EntryToStore): Buffer {
  const { posix, sourceId } = entry;
  writer.reset();
  writer.byte(KINDS.indexOf(entry.kind) | (posix ? HAS_POSIX : 0) | (sourceId === undefined ? 0 : HAS_SOURCE_ID));
  writer.varint(entry.nodeId);
  writer.varint(entry.since);
  writer.varint(entry.version);
  writer.word64(entry.mtimeNs);
  writer.uint32(entry.signature);
  if (entry.kind !== "directory") writer.varint(entry.sizeBytes);
  if (entry.kind === "file") {
    writer.word64(entry.xorhash);
    writer.varint(entry.contentId);
  }
  if (posix) {
    writer.varint(posix.mode);
    writer.varint(posix.uid);
    writer.varint(posix.gid);
  }
  if (sourceId !== undefined) writer.text(sourceId);
  return writer.finish();
}

/** @throws DamagedError naming parent and name */
export function decodeEntry(value: Buffer, parentId: NodeId, name: string): StoredEntry {
  const where = `entry "${name}" in node ${parentId}`;
  const reader = new ByteReader(value, where);
  const flags = reader.byte();
  const kind = KINDS[flags & 0x0f];
  if (kind === undefined || flags > 0x3f) throw new DamagedError(`${where}: unknown kind ${flags}`, { where });
  const nodeId = reader.varint() as NodeId;
  const since = reader.varint() as SnapshotNumber;
  const version = reader.varint() as VersionNumber;
  const mtimeNs = reader.int64() as TimeNs;
  const signature = reader.uint32();
  const sizeBytes = kind === "directory" ? 0 : reader.varint();
  const xorhash = kind === "file" ? reader.uint64() : 0n;
  const contentId = (kind === "file" ? reader.varint() : 0) as ContentId;
  const posix = flags & HAS_POSIX ? { mode: reader.varint(), uid: reader.varint(), gid: reader.varint() } : undefined;
  const sourceId = flags & HAS_SOURCE_ID ? reader.text() : undefined;
  reader.end();
  return {
    nodeId,
    parentId,
    name,
    kind,
    sizeBytes,
    mtimeNs,
    xorhash,
    signature,
    contentId,
    posix,
    since,
    version,
    sourceId,
  };
}
