/**
 * Reading the tree at one moment: the live entries that are old enough, together with the past ones that had not ended
 * yet. Each call reads a consistent state; what a running backup applies meanwhile has later versions and stays
 * invisible.
 */
import { DamagedError } from "../core/errors.js";
import { NO_NODE, ROOT_NODE, type NodeId, type SnapshotNumber } from "../core/ids.js";
import type { CatalogEntry, LiveTree, SnapshotTree } from "./catalog.js";
import { ChildFinder } from "./child-finder.js";
import type { EntryCursor } from "./entry-cursor.js";
import { LeafEntryCursor } from "./leaf-cursor.js";
import { findEntry, findName, listEntries, visitEntries, type Moment } from "./leaf/leaf-view.js";
import type { PackedTable } from "./packed/packed-table.js";
import type { PlaceRecord } from "./packed/places.js";
import type { PackedRecord } from "./packed/record.js";
import type { RunRecord } from "./packed/runs.js";
import type { Tree } from "./tree.js";

/** A path longer than this means that parents form a cycle. Azure Files allows 250 levels, Linux 2 048. */
const MAX_DEPTH = 4096;
const LATEST_SNAPSHOT = 0xffff_ffff;
/** Some 2 MB. */
const PLACES_KEPT = 16_384;

type Place = Pick<PlaceRecord, "parentId" | "name">;

/** The live tree, in which a node is found by its id. */
export type NodeFinder = LiveTree & Pick<SnapshotTree, "find">;

/** The tree with everything that is applied, published or not. */
export function liveView(tree: Tree): NodeFinder {
  return new LmdbTreeView(tree, tree.now);
}

export function snapshotView(tree: Tree, snapshot: SnapshotNumber): SnapshotTree {
  return new LmdbTreeView(tree, tree.momentOf(snapshot));
}

class LmdbTreeView implements SnapshotTree, NodeFinder {
  readonly #tree: Tree;
  readonly #moment: Moment;
  readonly #places = new Map<NodeId, Place>();
  #placesAsOf = 0;

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

  /** Of the live tree alone. */
  children(parentId: NodeId): ChildFinder {
    return new ChildFinder(this.#tree, parentId);
  }

  visit(parentId: NodeId, after: string | undefined, visit: (entry: EntryCursor) => boolean): void {
    let cursor: LeafEntryCursor | undefined;
    visitEntries(this.#tree.leaves, parentId, after, this.#moment, (reader) => {
      cursor ??= new LeafEntryCursor(this.#tree, reader);
      cursor.standOn(reader);
      return visit(cursor);
    });
  }

  find(nodeId: NodeId): CatalogEntry | undefined {
    if (nodeId === ROOT_NODE) return this.root;
    const place = this.#verifiedPlaceOf(nodeId);
    return place && this.lookup(place.parentId, place.name);
  }

  pathOf(nodeId: NodeId): readonly string[] | undefined {
    if (nodeId === ROOT_NODE) return this.root && [];
    const place = this.#verifiedPlaceOf(nodeId);
    if (!place) return undefined;
    const path = [place.name];
    let parent = place.parentId;
    while (parent !== ROOT_NODE) {
      const above = this.#directoryOf(parent);
      if (!above) return undefined;
      path.push(above.name);
      parent = above.parentId;
      if (path.length > MAX_DEPTH) {
        throw new DamagedError(`The parents of node ${nodeId} form a cycle.`, { where: `node ${nodeId}` });
      }
    }
    return path.toReversed();
  }

  parentOf(directoryId: NodeId): NodeId | undefined {
    return this.#placeOf(directoryId)?.parentId;
  }

  stampOf(directoryId: NodeId): SnapshotNumber {
    const stamp = this.#newest(this.#tree.stamps, directoryId);
    return stamp?.since ?? this.#tree.epochs.snapshotOfNode(directoryId);
  }

  #runOf(nodeId: NodeId): RunRecord | undefined {
    const { runs } = this.#tree;
    const { snapshot } = this.#moment;
    const first = { nodeId, since: 0 };
    return snapshot <= LATEST_SNAPSHOT ? runs.floorAsOf(first, snapshot) : runs.floor(first);
  }

  #newest<R extends PackedRecord>(table: PackedTable<R>, nodeId: NodeId): R | undefined {
    const { snapshot } = this.#moment;
    return snapshot <= LATEST_SNAPSHOT ? table.newestAsOf(nodeId, snapshot) : table.newest(nodeId, LATEST_SNAPSHOT);
  }

  /** Its newest place that is old enough; of directories and of files that have moved. */
  #placeOf(nodeId: NodeId): Place | undefined {
    const place = this.#newest(this.#tree.places, nodeId);
    return place?.parentId === NO_NODE ? undefined : place;
  }

  /** Paths share their beginnings, so the directories that were asked for before are kept. */
  #directoryOf(nodeId: NodeId): Place | undefined {
    if (this.#placesAsOf !== this.#tree.generation || this.#places.size >= PLACES_KEPT) {
      this.#places.clear();
      this.#placesAsOf = this.#tree.generation;
    }
    const known = this.#places.get(nodeId);
    if (known) return known;
    const place = this.#placeOf(nodeId);
    if (place) this.#places.set(nodeId, place);
    return place;
  }

  /** A file may be gone from its place, or never have left the directory in which it came. */
  #verifiedPlaceOf(nodeId: NodeId): Place | undefined {
    const place = this.#placeOf(nodeId);
    if (place) return this.lookup(place.parentId, place.name)?.nodeId === nodeId ? place : undefined;
    const run = this.#runOf(nodeId);
    if (!run) return undefined;
    const name = findName(this.#tree.leaves, run, nodeId, this.#moment);
    return name === undefined ? undefined : { parentId: run.parentId, name };
  }
}
