/**
 * Nodes whose name is gone. Whether such a node was deleted or moved is known only when the whole source has been
 * walked, so removals wait until then; what has turned up elsewhere by that time keeps its life and its children.
 */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import type { NodeId } from "../../core/ids.js";
import type { NodeKind, NodeRemoval } from "../../core/node.js";

interface Missing {
  readonly nodeId: NodeId;
  readonly kind: NodeKind;
  readonly parentId: NodeId;
  readonly name: string;
}

export class Removals {
  readonly #missing: Missing[] = [];
  readonly #kept = new Set<NodeId>();

  add({ nodeId, kind, parentId, name }: CatalogEntry): void {
    this.#missing.push({ nodeId, kind, parentId, name });
  }

  /** Keeps a node where it was: it moved, but could not be read at its new place. */
  keep(nodeId: NodeId): void {
    this.#kept.add(nodeId);
  }

  /**
   * The removals that are due, descendants before their directory. `live` must have every put of the run applied;
   * the caller may apply removals only after the iteration is over or in between, both give the same.
   */
  *due(live: TreeView): IterableIterator<NodeRemoval> {
    for (const node of this.#missing) {
      if (this.#kept.has(node.nodeId)) continue;
      const stillThere = live.lookup(node.parentId, node.name)?.nodeId === node.nodeId;
      if (node.kind === "directory" && (stillThere || live.pathOf(node.nodeId) === undefined)) {
        yield* descendants(live, node.nodeId);
      }
      if (stillThere) yield { nodeId: node.nodeId, parentId: node.parentId, name: node.name };
    }
  }
}

function* descendants(live: TreeView, directory: NodeId): IterableIterator<NodeRemoval> {
  for (const { nodeId, kind, parentId, name } of live.list(directory)) {
    if (kind === "directory") yield* descendants(live, nodeId);
    yield { nodeId, parentId, name };
  }
}
