/** Which large folder is renamed or moved in a snapshot, and what becomes of it. */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import { ROOT_NODE, type NodeId } from "../../core/ids.js";
import type { Random } from "./random.js";
import type { LargeFolder } from "./tree-register.js";

/** "Thousands of nodes beneath". */
const LEAST = 2000;
const MOST = 200_000;

export interface FolderMove {
  readonly before: CatalogEntry;
  readonly parentId: NodeId;
  readonly name: string;
}

/**
 * Renamed in odd snapshots, moved in even ones: into a directory of the root. Those are never moved themselves, so a folder
 * cannot come to lie beneath itself.
 */
export function folderMove(
  random: Random,
  live: TreeView,
  folders: readonly LargeFolder[],
  parentOf: (nodeId: NodeId) => NodeId,
  snapshot: number,
): FolderMove | undefined {
  const fitting = folders.filter(({ depth, beneath }) => depth > 1 && beneath >= LEAST && beneath <= MOST);
  const folder =
    fitting.length > 0
      ? random.pick(fitting)
      : folders.filter(({ depth }) => depth > 1).toSorted((a, b) => b.beneath - a.beneath)[0];
  const before = folder && entryOf(live, parentOf(folder.nodeId), folder.nodeId);
  if (!before) return undefined;
  const targets = [...live.list(ROOT_NODE)].filter(({ kind }) => kind === "directory");
  const parentId = snapshot % 2 === 1 ? before.parentId : random.pick(targets).nodeId;
  return { before, parentId, name: freeName(live, parentId, `${before.name.slice(0, 40)} ${snapshot}`) };
}

function freeName(live: TreeView, parentId: NodeId, name: string): string {
  return live.lookup(parentId, name) ? freeName(live, parentId, `${name}a`) : name;
}

/** A node by its id, found in the listing of its directory. */
export function entryOf(live: TreeView, parentId: NodeId, nodeId: NodeId): CatalogEntry | undefined {
  for (const entry of live.list(parentId)) if (entry.nodeId === nodeId) return entry;
  return undefined;
}
