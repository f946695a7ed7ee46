/**
 * Reading the tree at one moment: the live entries that are old enough, together with the past ones that had not ended
 * yet. Each call reads a consistent state; what a running backup applies meanwhile has later versions and stays
 * invisible.
 */
import { DamagedError } from "../core/errors.js";
import { NO_NODE, ROOT_NODE, type NodeId, type SnapshotNumber } from "../core/ids.js";
import type { CatalogEntry, TreeView } from "./catalog.js";
import { placeKey } from "./keys.js";
import { findEntry, listEntries, type Moment } from "./leaf/leaf-view.js";
import { findPlace, type DirectoryRecord } from "./packed/directory-records.js";
import type { Tree } from "./tree.js";

/** A path longer than this means that parents form a cycle. Azure Files allows 250 levels, Linux 2 048. */
const MAX_DEPTH = 4096;
const LATEST_SNAPSHOT = 0xffff_ffff;

/** The tree with everything that is applied, published or not. */
export function liveView(tree: Tree): TreeView {
  return new LmdbTreeView(tree, tree.now);
}

export function snapshotView(tree: Tree, snapshot: SnapshotNumber): TreeView {
  return new LmdbTreeView(tree, tree.momentOf(snapshot));
}

class LmdbTreeView implements TreeView {
  readonly #tree: Tree;
  readonly #moment: Moment;

  constructor(tree: Tree, moment: Moment) {
    this.#tree = tree;
    this.#moment = moment;
  }

  get root(): CatalogEntry | undefined {
    return this.lookup(NO_NODE, "");
  }

  lookup(parentId: NodeId, name: string): CatalogEntry | undefined {
    const entry = findEntry(this.#tree.leaves, parentId, name, this.#moment);
    return entry && this.#tree.catalogEntry(parentId, entry);
  }

  *list(parentId: NodeId, after?: string): IterableIterator<CatalogEntry> {
    for (const entry of listEntries(this.#tree.leaves, parentId, after, this.#moment)) {
      yield this.#tree.catalogEntry(parentId, entry);
    }
  }

  pathOf(directoryId: NodeId): readonly string[] | undefined {
    const path: string[] = [];
    let nodeId = directoryId;
    while (nodeId !== ROOT_NODE) {
      const place = this.#placeOf(nodeId);
      if (!place || this.lookup(place.parentId, place.name)?.nodeId !== nodeId) return undefined;
      path.push(place.name);
      nodeId = place.parentId;
      if (path.length > MAX_DEPTH) {
        throw new DamagedError(`The parents of node ${directoryId} form a cycle.`, { where: `node ${directoryId}` });
      }
    }
    return path.toReversed();
  }

  /** Its newest place that is old enough. */
  #placeOf(nodeId: NodeId): DirectoryRecord | undefined {
    const at = Math.min(this.#moment.snapshot, LATEST_SNAPSHOT);
    const page = this.#tree.directories.page(placeKey(nodeId, at));
    return page && findPlace(page, nodeId, at);
  }
}
