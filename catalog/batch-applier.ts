/**
 * Applying one segment to the tables: the only code that writes entries. Called inside a write transaction, and
 * again with the same segments when a catalog is rebuilt, so it depends on nothing but the tables and the batch.
 */
import type { NodeId, SnapshotNumber, VersionNumber } from "../core/ids.js";
import type { ChangeBatch, NodePut } from "../core/node.js";
import type { NextNumbers } from "./catalog.js";
import { numberKey } from "./keys.js";
import type { ChangeObserver } from "./leaf/directory-merge.js";
import { LeafChanges } from "./leaf/leaf-changes.js";
import { LIVE, type LeafEntry } from "./leaf/leaf-entry.js";
import { directoryRecords, type DirectoryRecord } from "./packed/directory-records.js";
import type { CatalogState } from "./tables.js";
import type { Tree } from "./tree.js";
import { bundleRangeValue, partsValue, segmentRangeValue } from "./values.js";

export class BatchApplier implements ChangeObserver {
  readonly #tree: Tree;
  readonly #snapshot: SnapshotNumber;
  #totals: { files: number; directories: number; bytes: number };
  /** Directories that are new or have moved. */
  readonly #directories: DirectoryRecord[] = [];
  #next: { -readonly [K in keyof NextNumbers]: NextNumbers[K] };

  constructor(tree: Tree, snapshot: SnapshotNumber, state: CatalogState) {
    this.#tree = tree;
    this.#snapshot = snapshot;
    this.#totals = { ...state.totals };
    this.#next = { ...state.next };
  }

  /** @returns totals and next numbers after the batch */
  apply(segment: number, batch: ChangeBatch): Pick<CatalogState, "next" | "totals"> {
    this.#contents(batch);
    const changes = new LeafChanges();
    for (const { parentId, name, nodeId } of batch.removals) changes.end(parentId, name, nodeId);
    for (const [index, put] of batch.puts.entries()) this.#put(changes, put, batch.firstVersion + index);
    const firstVersion = this.#tree.epochs.firstVersionOf(this.#snapshot) ?? batch.firstVersion;
    changes.apply(this.#tree.leaves, this.#snapshot, firstVersion, this);
    this.#tree.directories.change(this.#directories.toSorted((a, b) => directoryRecords.compare(a, b)));
    if (batch.puts.length > 0) {
      const range = { snapshot: this.#snapshot, segment, count: batch.puts.length };
      void this.#tree.tables.segments.put(numberKey(batch.firstVersion), segmentRangeValue.encode(range));
      this.#advance("version", batch.firstVersion + batch.puts.length);
    }
    return { next: this.#next, totals: this.#totals };
  }

  ended(_directory: NodeId, entry: LeafEntry): void {
    this.#count(entry, -1);
  }

  put(directory: NodeId, entry: LeafEntry, replaced: LeafEntry | undefined): void {
    this.#count(entry, 1);
    if (entry.kind !== "directory" || replaced?.nodeId === entry.nodeId) return;
    this.#directories.push({
      nodeId: entry.nodeId,
      since: this.#snapshot,
      parentId: directory,
      name: entry.name,
    });
  }

  #contents({ bundles, contents }: ChangeBatch): void {
    const { tables } = this.#tree;
    for (const { bundleId, firstContentId, count } of bundles) {
      void tables.bundles.put(numberKey(firstContentId), bundleRangeValue.encode({ bundleId, count }));
      this.#advance("bundle", bundleId + 1);
      this.#advance("content", firstContentId + count);
    }
    for (const content of contents) {
      if (content.kind === "list")
        void tables.lists.put(numberKey(content.contentId), partsValue.encode(content.parts));
      this.#advance("content", content.contentId + 1);
    }
  }

  #put(changes: LeafChanges, { entry, movedFrom }: NodePut, version: number): void {
    const { nodeId, parentId, name, kind, sizeBytes, mtimeNs, xorhash, signature, contentId, posix } = entry;
    if (movedFrom) changes.end(movedFrom.parentId, movedFrom.name, nodeId);
    changes.put(parentId, {
      name,
      kind,
      nodeId,
      version: version as VersionNumber,
      until: LIVE,
      mtimeNs,
      sizeBytes: kind === "directory" ? 0 : sizeBytes,
      contentId,
      xorhash,
      signature,
      posixId: this.#tree.posix.idOf(posix),
    });
    this.#advance("node", nodeId + 1);
  }

  #count({ kind, sizeBytes }: LeafEntry, by: 1 | -1): void {
    if (kind === "directory") this.#totals.directories += by;
    else this.#totals.files += by;
    if (kind === "file") this.#totals.bytes += by * sizeBytes;
  }

  #advance<K extends keyof NextNumbers>(key: K, to: number): void {
    if (to > this.#next[key]) this.#next[key] = to as NextNumbers[K];
  }
}
