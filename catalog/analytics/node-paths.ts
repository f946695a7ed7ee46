/**
 * Paths of files that are known by their ids alone. Each directory is read once at most, and only until all that are
 * looked for in it are found; so it costs less than reading the tree once, and nearly nothing in most trees.
 */
import { DamagedError } from "../../core/errors.js";
import type { NodeId } from "../../core/ids.js";
import type { TreeView } from "../catalog.js";
import type { NodePlaced } from "./content-groups.js";
import type { Pace } from "./pace.js";

/** Names from below the root. @throws DamagedError when the directory is not in the tree */
export function pathWithin(view: TreeView, directoryId: NodeId, name?: string): readonly string[] {
  const path = view.pathOf(directoryId);
  if (!path) {
    const where = `node ${directoryId}`;
    throw new DamagedError(`${where}: it has entries in a snapshot, but is not in it itself.`, { where });
  }
  return name === undefined ? path : [...path, name];
}

/**
 * @param nodes that are in the tree of `view`
 * @returns by node id
 */
export async function pathsOf(
  view: TreeView,
  nodes: readonly NodePlaced[],
  pace: Pace,
): Promise<ReadonlyMap<NodeId, readonly string[]>> {
  const wanted = new Map<NodeId, Set<NodeId>>();
  for (const { parentId, nodeId } of nodes) {
    const inParent = wanted.get(parentId);
    if (inParent) inParent.add(nodeId);
    else wanted.set(parentId, new Set([nodeId]));
  }
  const found = new Map<NodeId, readonly string[]>();
  for (const [parentId, ids] of wanted) {
    const parent = pathWithin(view, parentId);
    for (const { nodeId, name } of view.list(parentId)) {
      if (pace.step()) await pace.breathe();
      if (!ids.delete(nodeId)) continue;
      found.set(nodeId, [...parent, name]);
      if (ids.size === 0) break;
    }
  }
  return found;
}
