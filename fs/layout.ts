/**
 * The levels above a snapshot's own tree, and what each is called:
 *
 *     /<tenant>/<share>/<snapshot>/…      the whole mount
 *     /<tenant>/<share>/latest            a symlink to the newest snapshot's name
 *     /<snapshot>/…, /latest              rooted at one share
 *     /…                                  rooted at one snapshot
 *
 * `latest` is a symlink so that nothing is there twice: `du` and `find` at the share's level see each snapshot once.
 */
import { formatAddress, type SnapshotSelector } from "../core/address.js";
import type { ShareName } from "../core/names.js";
import type { NodeKind } from "../core/node.js";
import type { TreeView } from "../catalog/catalog.js";
import type { NodeId } from "../core/ids.js";
import type { DirectoryPlace, Handle, NodeHandle, ShareHandle } from "./handle.js";
import type { OpenShare } from "./open-share.js";

/** What a mount shows at its root. */
export type MountRoot =
  | { readonly kind: "everything" }
  | { readonly kind: "share"; readonly share: ShareName }
  | { readonly kind: "snapshot"; readonly share: ShareName; readonly snapshot: SnapshotSelector };

export const LATEST = "latest";

/** One line of a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: NodeKind;
  /** Passed to `readdir` to go on behind this entry: positive, and the same as long as the mount lives. */
  readonly offset: number;
  /** undefined for `.` and `..`, which the kernel knows by itself. */
  readonly handle: Handle | undefined;
}

/** The two entries every directory begins with; what follows has greater offsets. */
export const DOT_ENTRIES: readonly DirectoryEntry[] = [
  { name: ".", kind: "directory", offset: 1, handle: undefined },
  { name: "..", kind: "directory", offset: 2, handle: undefined },
];

/** The offset of `latest`; a snapshot's is this and its number, so that pruning one shifts none of the others. */
const LATEST_OFFSET = 3;

/** The names of all tenants, in order. */
export function tenantNames(shares: readonly ShareName[]): readonly string[] {
  return [...new Set(shares.map((share) => share.tenant))].toSorted();
}

/** A tenant's shares, in order; none when there is no such tenant. */
export function sharesOf(shares: readonly ShareName[], tenant: string): readonly ShareHandle[] {
  return shares
    .filter((share) => share.tenant === tenant)
    .toSorted((a, b) => (a.share < b.share ? -1 : 1))
    .map((name) => ({ kind: "share", name }));
}

/** Directory entries for directories whose list is short and whole. */
export function numbered(handles: readonly (readonly [name: string, handle: Handle])[]): readonly DirectoryEntry[] {
  return handles.map(([name, handle], index) => ({ name, kind: "directory", offset: 3 + index, handle }));
}

/** What a share's directory holds now. */
export function shareEntries(share: OpenShare): readonly DirectoryEntry[] {
  const snapshots = share.snapshots();
  const newest = snapshots.at(-1);
  if (!newest) return [];
  return [
    { name: LATEST, kind: "symlink", offset: LATEST_OFFSET, handle: { kind: "latest", share, snapshot: newest } },
    ...snapshots.map((snapshot): DirectoryEntry => {
      const handle = snapshotRoot(share, snapshot.name);
      return { name: snapshot.name, kind: "directory", offset: LATEST_OFFSET + snapshot.number, handle };
    }),
  ];
}

/** The root directory of a snapshot; undefined when there is no such snapshot. */
export function snapshotRoot(share: OpenShare, name: string): NodeHandle | undefined {
  const snapshot = share.find(name);
  if (!snapshot) return undefined;
  const view = share.view(snapshot.number);
  const entry = view.root;
  return entry && { kind: "node", share, snapshot, view, entry };
}

/** Where a handle is, for messages. @param child a name within it */
export function describe(handle: Handle, child?: string): string {
  switch (handle.kind) {
    case "tenants":
      return `/${child ?? ""}`;
    case "tenant":
      return child === undefined ? handle.tenant : `${handle.tenant}/${child}`;
    case "share":
      return `${handle.name.tenant}/${handle.name.share}${child === undefined ? "" : `@${child}`}`;
    case "latest":
      return `${handle.share.name.tenant}/${handle.share.name.share}@${LATEST}`;
    case "node":
      return describeNode(handle, child);
  }
}

function describeNode({ share, snapshot, view, entry }: NodeHandle, child: string | undefined): string {
  if (entry.kind === "directory") return describePlace({ share, snapshot, view, nodeId: entry.nodeId }, child);
  const path = [...pathTo(view, entry.parentId), entry.name];
  return addressOf({ share, snapshot }, child === undefined ? path : [...path, child]);
}

/** Where a directory is, for messages. @param child a name within it */
export function describePlace({ share, snapshot, view, nodeId }: DirectoryPlace, child?: string): string {
  const path = pathTo(view, nodeId);
  return addressOf({ share, snapshot }, child === undefined ? path : [...path, child]);
}

function pathTo(view: TreeView, directoryId: NodeId): readonly string[] {
  try {
    return view.pathOf(directoryId) ?? ["?"];
  } catch {
    // This is for a message about a failure; the catalog may be what failed.
    return ["?"];
  }
}

function addressOf({ share, snapshot }: Pick<DirectoryPlace, "share" | "snapshot">, path: readonly string[]): string {
  return formatAddress({ share: share.name, snapshot: { kind: "name", name: snapshot.name }, path });
}
