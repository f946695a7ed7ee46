/**
 * Stamping directories: when something in a directory has changed, it and every directory above it is stamped with the
 * snapshot, once. What holds after each batch: above a directory that is stamped with a snapshot, or came or
 * moved in it, all directories are. So the way up ends at the first that is stamped already.
 */
import { NO_NODE, type NodeId, type SnapshotNumber } from "../core/ids.js";
import { compareRecords } from "./packed/record.js";
import type { StampRecord } from "./packed/stamps.js";
import type { Tree } from "./tree.js";

export class Stamper {
  readonly #tree: Tree;
  readonly #snapshot: SnapshotNumber;
  readonly #firstNode: number;
  readonly #touched = new Set<NodeId>();

  /** @param firstNode nodes from here on came with the snapshot, which is as good as a stamp */
  constructor(tree: Tree, snapshot: SnapshotNumber, firstNode: number) {
    this.#tree = tree;
    this.#snapshot = snapshot;
    this.#firstNode = firstNode;
  }

  /** Something in this directory has changed, or it itself. */
  touch(directory: NodeId): void {
    if (directory !== NO_NODE && directory < this.#firstNode) this.#touched.add(directory);
  }

  /** Called within a write transaction, when all else of the batch is in the tables. */
  write(): void {
    const stamped = new Set<NodeId>();
    for (const directory of this.#touched) this.#stampUpwards(directory, stamped);
    const records: StampRecord[] = Array.from(stamped, (nodeId) => ({ nodeId, since: this.#snapshot }));
    this.#tree.stamps.change(records.toSorted(compareRecords));
  }

  #stampUpwards(directory: NodeId, stamped: Set<NodeId>): void {
    let node = directory;
    while (node !== NO_NODE && node < this.#firstNode && !stamped.has(node)) {
      if (this.#tree.stamps.newest(node, this.#snapshot)?.since === this.#snapshot) return;
      stamped.add(node);
      node = this.#tree.places.newest(node, this.#snapshot)?.parentId ?? NO_NODE;
    }
  }
}
