/**
 * Nodes whose name is gone. Whether such a node was deleted or moved is known only when the whole source has been
 * walked, so removals wait until then; what has turned up elsewhere by that time keeps its life and its children.
 *
 * What is missing may be a million files of one directory: a bit each is kept, and their names are read from the tree when
 * it is their turn.
 */
import type { CatalogEntry, LiveTree, TreeView } from "../../catalog/catalog.js";
import type { EntryCursor } from "../../catalog/entry-cursor.js";
import type { NodeId } from "../../core/ids.js";
import type { NodeRemoval } from "../../core/node.js";
import { NodeSet } from "./node-set.js";
import { childPages, pickedPages } from "./tree-children.js";

type Missing = Pick<CatalogEntry, "nodeId" | "kind" | "name">;
type Displaced = Pick<CatalogEntry, "nodeId" | "parentId" | "name">;

export class Removals {
  /** The nodes that this run has given their place. */
  readonly placed = new NodeSet();
  readonly #missing = new NodeSet();
  /** The directories in which something is missing. */
  readonly #places = new NodeSet();
  /** Directories that lost their name to another node. */
  readonly #displaced: Displaced[] = [];
  #areHeld = false;

  /** A name of this directory is gone, which the tree has for this node. */
  miss(parentId: NodeId, nodeId: NodeId): void {
    this.#missing.add(nodeId);
    this.#places.add(parentId);
  }

  /** A directory lost its name to another node: what is beneath it goes, unless it turns up elsewhere. */
  displace({ nodeId, parentId, name }: Displaced): void {
    this.#displaced.push({ nodeId, parentId, name });
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
  *due(live: LiveTree): IterableIterator<NodeRemoval> {
    for (const directory of this.#displaced) yield* this.#displacedIn(live, directory);
    if (this.#areHeld) return;
    for (const parentId of this.#places.all()) {
      for (const page of pickedPages(live, parentId, (entry) => this.#missingOf(entry))) {
        for (const { nodeId, kind, name } of page) {
          if (kind === "directory") yield* descendants(live, nodeId);
          yield { nodeId, parentId, name };
        }
      }
    }
  }

  /** What is missing here may have turned up elsewhere, even in a directory that misses something else. */
  #missingOf({ nodeId, kind, name }: EntryCursor): Missing | undefined {
    return this.#missing.has(nodeId) && !this.placed.has(nodeId) ? { nodeId, kind, name } : undefined;
  }

  *#displacedIn(live: LiveTree, { nodeId, parentId, name }: Displaced): IterableIterator<NodeRemoval> {
    const stillThere = live.lookup(parentId, name)?.nodeId === nodeId;
    if (stillThere && this.#areHeld) return;
    // What is beneath a directory that has its place elsewhere was looked at there.
    if (!this.placed.has(nodeId)) yield* descendants(live, nodeId);
    if (stillThere) yield { nodeId, parentId, name };
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
