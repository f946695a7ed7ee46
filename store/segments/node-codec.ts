/** Puts and removals of a segment as FlatBuffers. */
import type { Builder, Offset } from "flatbuffers";
import { DamagedError } from "../../core/errors.js";
import { NO_NODE, ROOT_NODE, type ContentId, type NodeId } from "../../core/ids.js";
import type { NodeEntry, NodeKind, NodeMetadata, NodePut, NodeRemoval, PosixAttributes } from "../../core/node.js";
import {
  NodeKind as KindNumber,
  NodePut as PutTable,
  NodeRemoval as RemovalTable,
  Posix,
} from "../../schemas/generated/segment_generated.js";
import { ABSENT, addName, addText, fingerprint, int64, refuse, uint32, uint64 } from "../building.js";
import { enumValue, id, missing, nodeName, optionalText, positiveId, text, time } from "../fields.js";
import {
  decodeDirectoryMetadata,
  decodeFileMetadata,
  encodeDirectoryMetadata,
  encodeFileMetadata,
} from "./metadata-codec.js";

const KINDS: readonly NodeKind[] = ["directory", "file", "symlink"];
const KIND_NUMBERS = {
  directory: KindNumber.Directory,
  file: KindNumber.File,
  symlink: KindNumber.Symlink,
} as const satisfies Record<NodeKind, KindNumber>;

const PERMISSION_BITS = 0o7777;

export function encodePut(builder: Builder, { entry, metadata, movedFrom }: NodePut): Offset {
  const isRoot = entry.nodeId === ROOT_NODE;
  if (isRoot !== (entry.name === "")) throw refuse(`Node ${entry.nodeId} has the name "${entry.name}".`);
  const name = addName(builder, entry.name, isRoot);
  const sourceId = addText(builder, entry.sourceId);
  const movedFromName = movedFrom === undefined ? ABSENT : addName(builder, movedFrom.name);
  const directory = entry.kind === "directory" ? encodeDirectoryMetadata(builder, metadata) : ABSENT;
  const file = entry.kind === "directory" ? ABSENT : encodeFileMetadata(builder, metadata);
  PutTable.startNodePut(builder);
  PutTable.addNodeId(builder, uint64(entry.nodeId));
  PutTable.addParentId(builder, uint64(entry.parentId));
  PutTable.addName(builder, name);
  PutTable.addKind(builder, KIND_NUMBERS[entry.kind]);
  PutTable.addSize(builder, uint64(entry.sizeBytes));
  PutTable.addMtimeNs(builder, int64(entry.mtimeNs));
  PutTable.addXorhash(builder, fingerprint(entry.xorhash));
  PutTable.addSignature(builder, uint32(entry.signature));
  PutTable.addContentId(builder, uint64(entry.contentId));
  if (entry.posix) PutTable.addPosix(builder, addPosix(builder, entry.posix));
  PutTable.addSourceId(builder, sourceId);
  if (movedFrom) {
    PutTable.addMovedFromParent(builder, uint64(movedFrom.parentId));
    PutTable.addMovedFromName(builder, movedFromName);
  }
  PutTable.addFile(builder, file);
  PutTable.addDirectory(builder, directory);
  return PutTable.endNodePut(builder);
}

// A struct lies inside its table, so it is written while the table is open.
function addPosix(builder: Builder, { mode, uid, gid }: PosixAttributes): Offset {
  if ((mode & ~PERMISSION_BITS) !== 0) throw refuse(`The mode ${mode.toString(8)} is more than permission bits.`);
  return Posix.createPosix(builder, mode, uint32(uid), uint32(gid));
}

export function decodePut(table: PutTable): NodePut {
  const kind = enumValue(KINDS, table.kind(), "a node's kind");
  const movedFromName = optionalText((encoding) => table.movedFromName(encoding));
  return {
    entry: decodeEntry(table, kind),
    metadata: decodeMetadata(table, kind),
    movedFrom:
      movedFromName === undefined
        ? undefined
        : {
            parentId: positiveId<NodeId>(table.movedFromParent(), "a former parent"),
            name: nodeName(movedFromName),
          },
  };
}

function decodeEntry(table: PutTable, kind: NodeKind): NodeEntry {
  const nodeId = positiveId<NodeId>(table.nodeId(), "a node id");
  const isRoot = nodeId === ROOT_NODE;
  const parentId = id<NodeId>(table.parentId(), "a parent id");
  if (isRoot !== (parentId === NO_NODE)) {
    throw new DamagedError(`node ${nodeId} has the parent ${parentId}`, { where: "a parent id" });
  }
  const name = nodeName(
    text("a name", (encoding) => table.name(encoding)),
    isRoot,
  );
  if (isRoot && (name !== "" || kind !== "directory")) {
    throw new DamagedError("the root is not a directory without a name", { where: "a name" });
  }
  return {
    nodeId,
    parentId,
    name,
    kind,
    sizeBytes: id(table.size(), "a size"),
    mtimeNs: time(table.mtimeNs()),
    xorhash: table.xorhash(),
    signature: table.signature(),
    contentId: id<ContentId>(table.contentId(), "a content id"),
    posix: decodePosix(table.posix()),
    sourceId: optionalText((encoding) => table.sourceId(encoding)),
  };
}

function decodePosix(struct: Posix | null): PosixAttributes | undefined {
  if (struct === null) return undefined;
  const mode = struct.mode();
  if ((mode & ~PERMISSION_BITS) !== 0) throw new DamagedError(`a mode is ${mode.toString(8)}`, { where: "a mode" });
  return { mode, uid: struct.uid(), gid: struct.gid() };
}

function decodeMetadata(table: PutTable, kind: NodeKind): NodeMetadata {
  if (kind === "directory") {
    const directory = table.directory();
    if (directory === null) throw missing("the metadata of a directory");
    return decodeDirectoryMetadata(directory);
  }
  const file = table.file();
  if (file === null) throw missing("the metadata of a file");
  return decodeFileMetadata(file);
}

export function encodeRemoval(builder: Builder, removal: NodeRemoval): Offset {
  const name = addName(builder, removal.name);
  return RemovalTable.createNodeRemoval(builder, uint64(removal.nodeId), uint64(removal.parentId), name);
}

export function decodeRemoval(table: RemovalTable): NodeRemoval {
  return {
    nodeId: positiveId<NodeId>(table.nodeId(), "a node id"),
    parentId: positiveId<NodeId>(table.parentId(), "a parent id"),
    name: nodeName(text("a name", (encoding) => table.name(encoding))),
  };
}
