/**
 * What the mount shows, by kind of place. A handle says all that is needed to answer for it without a path: transports
 * hold handles and never look inside. The entry in a node handle belongs to one snapshot and never changes.
 */
import type { CatalogEntry, SnapshotTree } from "../catalog/catalog.js";
import type { NodeId } from "../core/ids.js";
import type { ShareName } from "../core/names.js";
import type { NodeKind } from "../core/node.js";
import type { Snapshot } from "../core/snapshot.js";
import type { OpenShare } from "./open-share.js";

/** The directory of tenants. */
export interface TenantsHandle {
  readonly kind: "tenants";
}

/** A tenant: the directory of its shares. */
export interface TenantHandle {
  readonly kind: "tenant";
  readonly tenant: string;
}

/** A share: the directory of its snapshots, opened or not. */
export interface ShareHandle {
  readonly kind: "share";
  readonly name: ShareName;
}

/** The symlink to a share's newest snapshot. */
export interface LatestHandle {
  readonly kind: "latest";
  readonly share: OpenShare;
  /** The one that was the newest when the link was looked up: another is another link. */
  readonly snapshot: Snapshot;
}

/** A directory of a snapshot, as far as it has to be known to list it. */
export interface DirectoryPlace {
  readonly share: OpenShare;
  readonly snapshot: Snapshot;
  readonly view: SnapshotTree;
  readonly nodeId: NodeId;
}

/** A node of a snapshot. */
export interface NodeHandle {
  readonly kind: "node";
  readonly share: OpenShare;
  /** One that has it as it is. */
  readonly snapshot: Snapshot;
  readonly view: SnapshotTree;
  readonly entry: CatalogEntry;
}

export type Handle = TenantsHandle | TenantHandle | ShareHandle | LatestHandle | NodeHandle;

export function kindOf(handle: Handle): NodeKind {
  if (handle.kind === "node") return handle.entry.kind;
  return handle.kind === "latest" ? "symlink" : "directory";
}
