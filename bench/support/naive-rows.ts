/**
 * The rows of the naive layout. Keys are big-endian ids, with a name or a snapshot behind; a node's row holds every
 * field: kind (1), mtime (8), xorhash (8), signature (4), then varints parent, since, version, size, content id, length
 * of the identity at the source + 1 (0: none), that identity, and the name as the rest.
 */
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type { NodeKind } from "../../core/node.js";
import type { TimeNs } from "../../core/time.js";
import type { CatalogEntry } from "../../catalog/catalog.js";

const KINDS: readonly NodeKind[] = ["directory", "file", "symlink"];
const HIGH = 0x1_0000_0000;
/** Keys of LMDB are shorter than this, and names are in keys. */
const LONGEST_NAME_BYTES = 1900;

export interface NaiveNode extends CatalogEntry {
  readonly sourceId: string | undefined;
}

function writeId(bytes: Buffer, id: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(id / HIGH), at);
  bytes.writeUInt32BE(id % HIGH, at + 4);
}

export function nodeKey(nodeId: number): Buffer {
  const key = Buffer.allocUnsafe(8);
  writeId(key, nodeId, 0);
  return key;
}

/** Parent, name. */
export function childKey(parentId: number, name: string): Buffer {
  const size = Buffer.byteLength(name);
  const key = Buffer.allocUnsafe(8 + size);
  writeId(key, parentId, 0);
  key.write(name, 8, size, "utf8");
  return key;
}

/** Any key, and the snapshot in which its row ended. Names hold no NUL. */
export function pastKey(key: Buffer, until: number): Buffer {
  const past = Buffer.allocUnsafe(key.length + 5);
  key.copy(past);
  past[key.length] = 0;
  past.writeUInt32BE(until, key.length + 1);
  return past;
}

export function idValue(nodeId: number): Buffer {
  return nodeKey(nodeId);
}

export function idOf(value: Buffer, at = 0): NodeId {
  return (value.readUInt32BE(at) * HIGH + value.readUInt32BE(at + 4)) as NodeId;
}

const scratch = Buffer.allocUnsafe(2 * LONGEST_NAME_BYTES + 256);

export function encodeNode(node: NaiveNode): Buffer {
  scratch[0] = KINDS.indexOf(node.kind);
  scratch.writeBigInt64LE(node.mtimeNs, 1);
  scratch.writeBigUInt64LE(node.xorhash, 9);
  scratch.writeUInt32LE(node.signature, 17);
  let at = 21;
  const varint = (value: number): void => {
    while (value >= 0x80) {
      scratch[at++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    scratch[at++] = value;
  };
  varint(node.parentId);
  varint(node.since);
  varint(node.version);
  varint(node.sizeBytes);
  varint(node.contentId);
  if (node.sourceId === undefined) varint(0);
  else {
    varint(Buffer.byteLength(node.sourceId) + 1);
    at += scratch.write(node.sourceId, at, "utf8");
  }
  at += scratch.write(node.name, at, "utf8");
  return Buffer.from(scratch.subarray(0, at));
}

class Cursor {
  readonly bytes: Buffer;
  at = 21;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}

export function decodeNode(nodeId: NodeId, value: Buffer): NaiveNode {
  const cursor = new Cursor(value);
  const parentId = cursor.varint() as NodeId;
  const since = cursor.varint() as SnapshotNumber;
  const version = cursor.varint() as VersionNumber;
  const sizeBytes = cursor.varint();
  const contentId = cursor.varint() as ContentId;
  const identity = cursor.varint();
  const nameAt = cursor.at + Math.max(0, identity - 1);
  return {
    nodeId,
    parentId,
    name: value.toString("utf8", nameAt),
    kind: KINDS[value[0] ?? 1] ?? "file",
    sizeBytes,
    mtimeNs: value.readBigInt64LE(1) as TimeNs,
    xorhash: value.readBigUInt64LE(9),
    signature: value.readUInt32LE(17),
    contentId,
    posix: undefined,
    since,
    version,
    sourceId: identity === 0 ? undefined : value.toString("utf8", cursor.at, nameAt),
  };
}

/** Parent and name alone: all that a walk to the root needs. */
export function decodePlace(value: Buffer): { readonly parentId: NodeId; readonly name: string } {
  const cursor = new Cursor(value);
  const parentId = cursor.varint() as NodeId;
  for (let skipped = 0; skipped < 4; skipped++) cursor.varint();
  const identity = cursor.varint();
  return { parentId, name: value.toString("utf8", cursor.at + Math.max(0, identity - 1)) };
}
