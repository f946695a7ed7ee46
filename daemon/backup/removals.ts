/**
 * Nodes whose name is gone. Whether such a node was deleted or moved is known only when the whole source has been
 * walked, so removals wait until then; what has turned up elsewhere by that time keeps its life and its children.
 */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import type { NodeId } from "../../core/ids.js";
import type { NodeKind, NodeRemoval } from "../../core/node.js";
import { NodeSet } from "./node-set.js";
import { childPages } from "./tree-children.js";

interface Missing {
  readonly nodeId: NodeId;
  readonly kind: NodeKind;
  readonly parentId: NodeId;
  readonly name: string;
}

export class Removals {
  /** The nodes that this run has given their place. */
  readonly placed = new NodeSet();
  readonly #missing: Missing[] = [];
  #areHeld = false;

  add({ nodeId, kind, parentId, name }: CatalogEntry): void {
    this.#missing.push({ nodeId, kind, parentId, name });
  }

  /**
   * Keeps every name that is missing: a directory could not be listed, and what is missing may have moved into it. The
   * next run that sees everything removes what is gone. What lost its name to another node cannot be kept.
   */
  hold(): void {
    this.#areHeld = true;
  }

  /**
   * The removals that are due, descendants before their directory. `live` must have every put of the run applied;
   * the caller may apply removals only after the iteration is over or in between, both give the same. Between two
   * removals nothing of `live` is open.
   */
  *due(live: TreeView): IterableIterator<NodeRemoval> {
    for (const node of this.#missing) {
      const stillThere = live.lookup(node.parentId, node.name)?.nodeId === node.nodeId;
      if (stillThere && this.#areHeld) continue;
      // What is beneath a directory that has its place elsewhere was looked at there.
      if (node.kind === "directory" && !this.placed.has(node.nodeId)) yield* descendants(live, node.nodeId);
      if (stillThere) yield { nodeId: node.nodeId, parentId: node.parentId, name: node.name };
    }
  }
}

function* descendants(live: TreeView, directory: NodeId): IterableIterator<NodeRemoval> {
  for (const page of childPages(live, directory)) {
    for (const { nodeId, kind, parentId, name } of page) {
      if (kind === "directory") yield* descendants(live, nodeId);
      yield { nodeId, parentId, name };
    }
  }
}
