/**
 * Extended attributes: what POSIX has no place for, as text under `user.sharestrata.`, and the source's own `user.`
 * attributes as they were.
 *
 * Ours are answered and, unless the mount is told to, not listed: whatever is listed is carried along by `cp -a` and
 * `rsync -X`, and a file that was copied back would speak of a snapshot for ever. One attribute, `user.sharestrata`, holds all
 * of ours a node has, a line each.
 */
import { formatTime } from "../core/time.js";
import type { NodeEntry, NodeMetadata, NodePut, PermissionDescriptor } from "../core/node.js";
import type { NodeHandle } from "./handle.js";

const SUMMARY = "user.sharestrata";
const PREFIX = `${SUMMARY}.`;

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

/** What the segments have of a node. */
export interface StoredNode {
  readonly put: NodePut;
  /** Of its permission key; undefined where it has none, or no backup could read it. */
  readonly descriptor: PermissionDescriptor | undefined;
}

/** Whether the value of an attribute has the descriptor in it: it may lie in another segment than all else. */
export function tellsDescriptor(name: string): boolean {
  return name === SUMMARY || name.startsWith(`${PREFIX}acl`);
}

/** The value of any attribute; undefined when the node has none of this name. */
export function storedXattr(handle: NodeHandle, stored: StoredNode, name: string): Uint8Array | undefined {
  const all = allXattrs(handle, stored);
  if (name !== SUMMARY) return all.get(name);
  const own = [...all].filter(([key]) => isOwn(key));
  return Buffer.from(own.map(([key, value]) => `${key.slice(PREFIX.length)}=${value.toString()}\n`).join(""));
}

/** The full names of what a node has. @param own whether ours are among them */
export function listedXattrs(handle: NodeHandle, stored: StoredNode, own: boolean): readonly string[] {
  return [...allXattrs(handle, stored).keys()].filter((name) => own || !isOwn(name));
}

/** All attributes of a node, by full name. */
function allXattrs(
  handle: NodeHandle,
  { put: { entry, metadata }, descriptor }: StoredNode,
): ReadonlyMap<string, Buffer> {
  const result = new Map<string, Buffer>();
  const own = [...treeXattrs(handle), ...putXattrs(entry), ...metadataXattrs(metadata), ...aclXattrs(descriptor)];
  for (const [key, value] of own) {
    if (value !== undefined) result.set(PREFIX + key, Buffer.from(value));
  }
  for (const { name, value } of metadata.xattrs ?? []) {
    // A copy taken from another mount would otherwise speak for this one.
    if (isShown(name) && !isOwn(name)) result.set(name, Buffer.from(value));
  }
  return result;
}

function isOwn(name: string): boolean {
  return name === SUMMARY || name.startsWith(PREFIX);
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

/** Text where it is text: a descriptor that SDDL has no words for is base64, under a name that says so. */
function aclXattrs(descriptor: PermissionDescriptor | undefined): TextAttributes {
  return descriptor ? [[descriptor.format === "sddl" ? "acl" : "acl-binary", descriptor.text]] : [];
}

function metadataXattrs(metadata: NodeMetadata): TextAttributes {
  const { createdNs, changedNs, accessedNs, contentMd5, userMetadata } = metadata;
  return [
    ["created", createdNs === undefined ? undefined : formatTime(createdNs, 9)],
    ["changed", changedNs === undefined ? undefined : formatTime(changedNs, 9)],
    ["accessed", accessedNs === undefined ? undefined : formatTime(accessedNs, 9)],
    // Not st_nlink: the node tree does not know it, and a segment would have to be read for every stat(2).
    ["links", metadata.linkCount === undefined ? undefined : String(metadata.linkCount)],
    ["link-id", metadata.linkId],
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
