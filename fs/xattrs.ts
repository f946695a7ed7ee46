/**
 * Extended attributes: what POSIX has no place for, as text under `user.sharestrata.`, and the source's own `user.`
 * attributes as they were. What a node does not have is not listed.
 */
import { formatTime } from "../core/time.js";
import type { NodeEntry, NodeMetadata, NodePut } from "../core/node.js";
import type { NodeHandle } from "./handle.js";

const PREFIX = "user.sharestrata.";

/** Whether a node may have an attribute of this name at all: everything else is answered without reading anything. */
export function isShown(name: string): boolean {
  return name.startsWith("user.");
}

/** The value of an attribute that the node tree alone can answer; undefined when the name is not one of those. */
export function treeXattr(handle: NodeHandle, name: string): Uint8Array | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  for (const [key, value] of treeXattrs(handle)) {
    if (value !== undefined && PREFIX + key === name) return Buffer.from(value);
  }
  return undefined;
}

/** All attributes of a node, by full name. */
export function allXattrs(handle: NodeHandle, { entry, metadata }: NodePut): ReadonlyMap<string, Uint8Array> {
  const result = new Map<string, Uint8Array>();
  for (const [key, value] of [...treeXattrs(handle), ...putXattrs(entry), ...metadataXattrs(metadata)]) {
    if (value !== undefined) result.set(PREFIX + key, Buffer.from(value));
  }
  for (const { name, value } of metadata.xattrs ?? []) {
    // A copy taken from another mount would otherwise speak for this one.
    if (isShown(name) && !name.startsWith(PREFIX)) result.set(name, value);
  }
  return result;
}

type TextAttributes = readonly (readonly [key: string, value: string | undefined])[];

function treeXattrs({ entry, share, snapshot }: NodeHandle): TextAttributes {
  return [
    ["node", String(entry.nodeId)],
    ["version", String(entry.version)],
    ["snapshot", snapshot.name],
    // The snapshot that first had this version; its number when it is no longer there.
    ["since", share.nameOf(entry.since) ?? String(entry.since)],
  ];
}

function putXattrs({ kind, xorhash }: NodeEntry): TextAttributes {
  return [["xorhash", kind === "file" ? xorhash.toString(16).padStart(16, "0") : undefined]];
}

function metadataXattrs(metadata: NodeMetadata): TextAttributes {
  const { createdNs, changedNs, contentMd5, userMetadata } = metadata;
  return [
    ["created", createdNs === undefined ? undefined : formatTime(createdNs, 9)],
    ["changed", changedNs === undefined ? undefined : formatTime(changedNs, 9)],
    ["attributes", metadata.attributes],
    ["permission-key", metadata.permissionKey],
    ["etag", metadata.etag],
    // In hexadecimal, as md5sum prints it.
    ["content-md5", contentMd5 && Buffer.from(contentMd5).toString("hex")],
    ["content-type", metadata.contentType],
    ["content-encoding", metadata.contentEncoding],
    ["content-language", metadata.contentLanguage],
    ["cache-control", metadata.cacheControl],
    ["content-disposition", metadata.contentDisposition],
    ...Object.entries(userMetadata ?? {}).map(([key, value]) => [`metadata.${key}`, value] as const),
  ];
}
