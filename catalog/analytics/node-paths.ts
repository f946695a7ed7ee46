/**
 * Paths of files that are known by their ids alone. Each directory is read once at most, and only until all that are
 * looked for in it are found; so it costs less than reading the tree once, and nearly nothing in most trees.
 */
import type { NodeId } from "../../core/ids.js";
import type { Pace } from "../../core/pace.js";
import type { TreeView } from "../catalog.js";
import { pathWithin } from "../paths.js";
import type { NodePlaced } from "./content-groups.js";

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
      const pause = pace.step();
      if (pause) await pause;
      if (!ids.delete(nodeId)) continue;
      found.set(nodeId, [...parent, name]);
      if (ids.size === 0) break;
    }
  }
  return found;
}
