/**
 * Whether a batch fits the tree, before anything of it is written: segments come from a store that others may have damaged
 * or written wrongly, and a tree with a cycle of parents, or with entries in directories that there are not, could be neither walked nor
 * mended. What a single record may be is the segment codec's affair.
 *
 * A new file costs a comparison, a new directory a few; asked of the tables is what moves, and parents that were not met lately.
 */
import { DamagedError } from "../core/errors.js";
import { NO_NODE, ROOT_NODE, type NodeId } from "../core/ids.js";
import type { ChangeBatch, NodePut } from "../core/node.js";
import type { BatchPosition } from "./batch-applier.js";
import { numberKey } from "./keys.js";
import { findEntry } from "./leaf/leaf-view.js";
import type { CatalogState } from "./tables.js";
import type { Tree } from "./tree.js";
import { segmentRangeValue } from "./values.js";

/** Azure Files allows 250 levels, Linux 2 048. */
const MAX_DEPTH = 4096;
const LATEST_SNAPSHOT = 0xffff_ffff;

/** @throws DamagedError naming segment and node, when the batch does not fit */
export function expectFitting(tree: Tree, position: BatchPosition, batch: ChangeBatch, state: CatalogState): void {
  new BatchGuard(tree, position, batch, state).run();
}

class BatchGuard {
  readonly #tree: Tree;
  readonly #position: BatchPosition;
  readonly #batch: ChangeBatch;
  readonly #state: CatalogState;
  /** Directories that the batch puts, with where. */
  readonly #directories = new Map<NodeId, NodePut>();
  readonly #removed = new Set<NodeId>();

  constructor(tree: Tree, position: BatchPosition, batch: ChangeBatch, state: CatalogState) {
    this.#tree = tree;
    this.#position = position;
    this.#batch = batch;
    this.#state = state;
  }

  run(): void {
    const { puts, removals } = this.#batch;
    if (puts.length > 0) this.#expectVersions();
    for (const { nodeId } of removals) this.#removed.add(nodeId);
    for (const put of puts) {
      if (put.entry.kind === "directory") this.#directories.set(put.entry.nodeId, put);
    }
    let parent: NodeId = NO_NODE;
    for (const { entry } of puts) {
      const { parentId, nodeId } = entry;
      if (parentId === parent && parent !== NO_NODE) continue;
      if ((parentId === NO_NODE) !== (nodeId === ROOT_NODE)) throw this.#refused(nodeId, "only the root has no parent");
      if (parentId !== NO_NODE && !this.#isDirectory(parentId)) {
        throw this.#refused(nodeId, `its parent ${parentId} is no directory of the share`);
      }
      parent = parentId;
    }
    for (const put of this.#directories.values()) this.#expectPlace(put);
  }

  /** A batch that was applied in part comes again with the same versions. */
  #expectVersions(): void {
    const { firstVersion } = this.#batch;
    const { snapshot, segment } = this.#position;
    if (firstVersion >= this.#state.next.version) return;
    const known = this.#tree.tables.segments.get(numberKey(firstVersion));
    const range = known && segmentRangeValue.decode(known);
    if (range?.snapshot === snapshot && range.segment === segment) return;
    throw this.#damaged(`its versions from ${firstVersion} on are taken`);
  }

  #isDirectory(id: NodeId): boolean {
    if (this.#directories.has(id)) return true;
    if (this.#removed.has(id)) return false;
    const { recent } = this.#tree;
    if (recent.has(id)) return true;
    const isLive = id === ROOT_NODE ? this.#state.totals.directories > 0 : this.#isLive(id);
    if (isLive) recent.add(id);
    return isLive;
  }

  /** Files that have moved have places as well, so the entry has to say what it is. */
  #isLive(id: NodeId): boolean {
    const place = this.#tree.places.newest(id, LATEST_SNAPSHOT);
    if (!place || place.parentId === NO_NODE) return false;
    const entry = findEntry(this.#tree.leaves, place.parentId, place.name, this.#tree.now);
    return entry?.nodeId === id && entry.kind === "directory";
  }

  #placed(id: NodeId): NodeId {
    return this.#tree.places.newest(id, LATEST_SNAPSHOT)?.parentId ?? NO_NODE;
  }

  /** A directory can only come to lie beneath itself when it moves, or when its parent is the younger of the two. */
  #expectPlace({ entry, movedFrom }: NodePut): void {
    const { nodeId, parentId, name } = entry;
    if (parentId === NO_NODE) return;
    if (!movedFrom && nodeId < this.#state.next.node) {
      const place = this.#tree.places.newest(nodeId, LATEST_SNAPSHOT);
      if (place && place.parentId !== NO_NODE && (place.parentId !== parentId || place.name !== name)) {
        throw this.#refused(nodeId, "it is in another directory, and nothing says that it moved");
      }
    }
    if (!movedFrom && parentId < nodeId) return;
    let at = parentId;
    for (let depth = 0; at !== ROOT_NODE && at !== NO_NODE; depth++) {
      if (at === nodeId || depth > MAX_DEPTH) throw this.#refused(nodeId, "its parents form a cycle");
      at = this.#directories.get(at)?.entry.parentId ?? this.#placed(at);
    }
  }

  #refused(nodeId: NodeId, why: string): DamagedError {
    return this.#damaged(`node ${nodeId}: ${why}`);
  }

  #damaged(what: string): DamagedError {
    const { snapshot, segment } = this.#position;
    const where = `segment ${segment} of snapshot ${snapshot}`;
    return new DamagedError(`${where} does not fit the catalog: ${what}.`.replace(/^s/, "S"), { where });
  }
}
