/**
 * Metadata of a node as FlatBuffers: `FileMetadata` for files and symlinks, `DirectoryMetadata` for directories. An
 * empty map or list is stored as absent, for it says the same.
 */
import type { Builder, Offset } from "flatbuffers";
import { type NodeMetadata, type Xattr } from "../../core/node.js";
import { DirectoryMetadata, FileMetadata, Pair, Xattr as XattrTable } from "../../schemas/generated/node_generated.js";
import { ABSENT, addBytes, addOptionalTables, addText, int64, uint32 } from "../building.js";
import { missing, optionalText, text, time, vector } from "../fields.js";
import { DamagedError } from "../../core/errors.js";

/** Slots of the three times, which come first in both tables. */
const TIME_SLOTS = { createdNs: 0, changedNs: 1, accessedNs: 2 } as const;

export function encodeFileMetadata(builder: Builder, metadata: NodeMetadata): Offset {
  const attributes = addText(builder, metadata.attributes);
  const permissionKey = addText(builder, metadata.permissionKey);
  const etag = addText(builder, metadata.etag);
  const contentMd5 = addBytes(builder, metadata.contentMd5);
  const contentType = addText(builder, metadata.contentType);
  const contentEncoding = addText(builder, metadata.contentEncoding);
  const contentLanguage = addText(builder, metadata.contentLanguage);
  const cacheControl = addText(builder, metadata.cacheControl);
  const contentDisposition = addText(builder, metadata.contentDisposition);
  const userMetadata = addPairs(builder, metadata.userMetadata);
  const xattrs = addXattrs(builder, metadata.xattrs);
  const linkTarget = addText(builder, metadata.linkTarget);
  const linkId = addText(builder, metadata.linkId);
  FileMetadata.startFileMetadata(builder);
  addTimes(builder, metadata);
  FileMetadata.addAttributes(builder, attributes);
  FileMetadata.addPermissionKey(builder, permissionKey);
  FileMetadata.addEtag(builder, etag);
  FileMetadata.addContentMd5(builder, contentMd5);
  FileMetadata.addContentType(builder, contentType);
  FileMetadata.addContentEncoding(builder, contentEncoding);
  FileMetadata.addContentLanguage(builder, contentLanguage);
  FileMetadata.addCacheControl(builder, cacheControl);
  FileMetadata.addContentDisposition(builder, contentDisposition);
  FileMetadata.addUserMetadata(builder, userMetadata);
  FileMetadata.addXattrs(builder, xattrs);
  FileMetadata.addLinkTarget(builder, linkTarget);
  FileMetadata.addLinkCount(builder, uint32(metadata.linkCount ?? 0));
  FileMetadata.addLinkId(builder, linkId);
  return FileMetadata.endFileMetadata(builder);
}

/** Keeps what a directory can have; content headers, link target and link count mean nothing there and are left out. */
export function encodeDirectoryMetadata(builder: Builder, metadata: NodeMetadata): Offset {
  const attributes = addText(builder, metadata.attributes);
  const permissionKey = addText(builder, metadata.permissionKey);
  const etag = addText(builder, metadata.etag);
  const userMetadata = addPairs(builder, metadata.userMetadata);
  const xattrs = addXattrs(builder, metadata.xattrs);
  DirectoryMetadata.startDirectoryMetadata(builder);
  addTimes(builder, metadata);
  DirectoryMetadata.addAttributes(builder, attributes);
  DirectoryMetadata.addPermissionKey(builder, permissionKey);
  DirectoryMetadata.addEtag(builder, etag);
  DirectoryMetadata.addUserMetadata(builder, userMetadata);
  DirectoryMetadata.addXattrs(builder, xattrs);
  return DirectoryMetadata.endDirectoryMetadata(builder);
}

// The generated functions leave out a time of 0, which would come back as absent.
function addTimes(builder: Builder, metadata: NodeMetadata): void {
  for (const field of ["createdNs", "changedNs", "accessedNs"] as const) {
    const value = metadata[field];
    if (value !== undefined) builder.addFieldInt64(TIME_SLOTS[field], int64(value), null);
  }
}

function addPairs(builder: Builder, pairs: Readonly<Record<string, string>> | undefined): Offset {
  if (pairs === undefined) return ABSENT;
  const tables = Object.entries(pairs).map(([key, value]) =>
    Pair.createPair(builder, builder.createString(key), builder.createString(value)),
  );
  return addOptionalTables(builder, tables);
}

function addXattrs(builder: Builder, xattrs: readonly Xattr[] | undefined): Offset {
  if (xattrs === undefined) return ABSENT;
  const tables = xattrs.map(({ name, value }) =>
    XattrTable.createXattr(builder, builder.createString(name), builder.createByteVector(value)),
  );
  return addOptionalTables(builder, tables);
}

export function decodeFileMetadata(table: FileMetadata): NodeMetadata {
  return {
    ...decodeCommon(table),
    contentMd5: copied(table.contentMd5Array()),
    contentType: optionalText((encoding) => table.contentType(encoding)),
    contentEncoding: optionalText((encoding) => table.contentEncoding(encoding)),
    contentLanguage: optionalText((encoding) => table.contentLanguage(encoding)),
    cacheControl: optionalText((encoding) => table.cacheControl(encoding)),
    contentDisposition: optionalText((encoding) => table.contentDisposition(encoding)),
    linkTarget: optionalText((encoding) => table.linkTarget(encoding)),
    linkCount: table.linkCount() === 0 ? undefined : table.linkCount(),
    linkId: optionalText((encoding) => table.linkId(encoding)),
  };
}

export function decodeDirectoryMetadata(table: DirectoryMetadata): NodeMetadata {
  return decodeCommon(table);
}

function decodeCommon(table: FileMetadata | DirectoryMetadata): NodeMetadata {
  return {
    createdNs: optionalTime(table.createdNs()),
    changedNs: optionalTime(table.changedNs()),
    accessedNs: optionalTime(table.accessedNs()),
    attributes: optionalText((encoding) => table.attributes(encoding)),
    permissionKey: optionalText((encoding) => table.permissionKey(encoding)),
    etag: optionalText((encoding) => table.etag(encoding)),
    userMetadata: decodePairs(table),
    xattrs: decodeXattrs(table),
  };
}

function decodePairs(table: FileMetadata | DirectoryMetadata): Readonly<Record<string, string>> | undefined {
  const count = table.userMetadataLength();
  if (count === 0 || table.bb === null) return undefined;
  const pairs = vector(
    table.bb,
    count,
    (index) => table.userMetadata(index),
    (pair) =>
      [text("a key", (encoding) => pair.key(encoding)), text("a value", (encoding) => pair.value(encoding))] as const,
  );
  // fromEntries defines properties, so that a key such as __proto__ is a key like any other.
  const record = Object.fromEntries(pairs);
  if (Object.keys(record).length !== count) {
    throw new DamagedError("a key of the user metadata occurs twice", { where: "user metadata" });
  }
  return record;
}

function decodeXattrs(table: FileMetadata | DirectoryMetadata): readonly Xattr[] | undefined {
  const count = table.xattrsLength();
  if (count === 0 || table.bb === null) return undefined;
  return vector(
    table.bb,
    count,
    (index) => table.xattrs(index),
    (xattr) => {
      const value = copied(xattr.valueArray());
      if (value === undefined) throw missing("the value of an extended attribute");
      return { name: text("an attribute's name", (encoding) => xattr.name(encoding)), value };
    },
  );
}

const optionalTime = (value: bigint | null) => (value === null ? undefined : time(value));
const copied = (value: Uint8Array | null) => (value === null ? undefined : value.slice());
