// How a node's properties come to be and change: what a caller sets, what gets a default, and what every
// change moves whether it is asked to or not.
import type { Instant } from "./file-time.js";
import type { NodeProperties, NodeState, PosixProperties } from "./node.js";
import type { Protocol } from "./resource-path.js";

/** What a caller may set on a node; what is absent keeps its value or gets its default. */
export interface NodeChanges {
  readonly attributes?: string;
  readonly permissionKey?: string;
  /** Times have seven digits. */
  readonly creationTime?: string;
  readonly lastWriteTime?: string;
  readonly changeTime?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly posix?: Partial<PosixProperties>;
}

const defaultPosix: PosixProperties = { owner: "0", group: "0", mode: "0664" };
const defaultDirectoryPosix: PosixProperties = { owner: "0", group: "0", mode: "0755" };

/** The properties of a new node, with `defaults` where `changes` say nothing. */
export function newProperties(
  now: Instant,
  changes: NodeChanges,
  defaults: {
    readonly kind: "file" | "directory";
    readonly protocol: Protocol;
    readonly permissionKey: string;
  },
): NodeProperties {
  const isFile = defaults.kind === "file";
  return {
    creationTime: changes.creationTime ?? now.time,
    lastAccessTime: now.time,
    lastWriteTime: changes.lastWriteTime ?? now.time,
    changeTime: changes.changeTime ?? now.time,
    modified: now.time,
    etag: now.etag,
    attributes: changes.attributes ?? (isFile ? "Archive" : "Directory"),
    permissionKey: changes.permissionKey ?? defaults.permissionKey,
    metadata: changes.metadata ?? {},
    ...(defaults.protocol === "NFS" && {
      posix: { ...(isFile ? defaultPosix : defaultDirectoryPosix), ...changes.posix },
    }),
  };
}

/** The properties of a node after a change. Only an explicit write time moves LastWriteTime. */
export function changedProperties(now: Instant, state: NodeState, changes: NodeChanges): NodeProperties {
  return {
    creationTime: changes.creationTime ?? state.creationTime,
    lastAccessTime: state.lastAccessTime,
    lastWriteTime: changes.lastWriteTime ?? state.lastWriteTime,
    ...touched(now),
    ...(changes.changeTime !== undefined && { changeTime: changes.changeTime }),
    attributes: changes.attributes ?? state.attributes,
    permissionKey: changes.permissionKey ?? state.permissionKey,
    metadata: changes.metadata ?? state.metadata,
    ...(state.posix && { posix: { ...state.posix, ...changes.posix } }),
  };
}

/** What every mutation moves. */
export function touched(now: Instant): { modified: string; etag: string; changeTime: string } {
  return { modified: now.time, etag: now.etag, changeTime: now.time };
}
