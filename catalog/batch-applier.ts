/**
 * Applying one segment to the tables: the only code that writes entries. Called inside write transactions, and
 * again with the same segments when a catalog is rebuilt, so it depends on nothing but the tables and the batch.
 *
 * A batch whose changes are scattered over the tree is applied in several transactions: pages that one has freed can be
 * used again only two transactions later, so large ones would leave the file full of holes. A batch of which a kill
 * has left a part is applied again from its beginning, which changes nothing in what is there already.
 */
import { NO_NODE, type NodeId, type SnapshotNumber, type VersionNumber } from "../core/ids.js";
import type { ChangeBatch, NodeEntry, NodePut } from "../core/node.js";
import { expectFitting } from "./batch-guard.js";
import type { NextNumbers } from "./catalog.js";
import type { Firsts } from "./epochs.js";
import { numberKey } from "./keys.js";
import { putPermissions } from "./permission-index.js";
import type { ChangeObserver } from "./leaf/directory-merge.js";
import { LeafChanges, type LeafWork } from "./leaf/leaf-changes.js";
import { LIVE, type LeafEntry } from "./leaf/leaf-entry.js";
import { gone, type PlaceRecord } from "./packed/places.js";
import { compareRecords } from "./packed/record.js";
import { RunCollector } from "./run-collector.js";
import { Stamper } from "./stamper.js";
import type { CatalogState } from "./tables.js";
import type { Tree } from "./tree.js";
import { bundleRangeValue, foreignValue, listValue, segmentRangeValue } from "./values.js";

export interface BatchPosition {
  readonly snapshot: SnapshotNumber;
  readonly segment: number;
}

export class BatchApplier implements ChangeObserver {
  readonly #tree: Tree;
  readonly #snapshot: SnapshotNumber;
  readonly #segment: number;
  readonly #batch: ChangeBatch;
  /** As it was before the batch. */
  readonly #before: CatalogState;
  #work: LeafWork | undefined;
  // Fields of their own: adding to those of a copied object is many times slower at V8's whim.
  #files: number;
  #directories: number;
  #bytes: number;
  /** First of the snapshot. */
  readonly #firsts: Firsts;
  readonly #stamper: Stamper;
  readonly #runs: RunCollector;
  /** Of directories that are new or have moved, and files that have moved. */
  #places: PlaceRecord[] = [];
  /** Directories whose entry has ended, unless they have another. */
  readonly #gone = new Set<NodeId>();
  readonly #isPlaced = new Set<NodeId>();
  #next: { -readonly [K in keyof NextNumbers]: NextNumbers[K] };

  constructor(tree: Tree, segment: BatchPosition, batch: ChangeBatch, state: CatalogState) {
    const { snapshot } = segment;
    this.#tree = tree;
    this.#snapshot = snapshot;
    this.#segment = segment.segment;
    this.#batch = batch;
    this.#before = state;
    const { files, directories, bytes } = state.totals;
    this.#files = files;
    this.#directories = directories;
    this.#bytes = bytes;
    this.#next = { ...state.next };
    this.#firsts = tree.epochs.firstsOf(snapshot) ?? state.next;
    this.#stamper = new Stamper(tree, snapshot, this.#firsts.node);
    this.#runs = new RunCollector(tree.runs, state.next.node);
  }

  /**
   * Called in one write transaction after another until there is nothing left.
   * @param mostLeaves how many leaves of the tree one call may write anew
   * @returns whether nothing is left
   * @throws DamagedError when the batch does not fit the tree; then nothing of it was written
   */
  step(mostLeaves: number): boolean {
    this.#work ??= this.#start();
    const isDone = this.#work.apply(this.#tree.leaves, mostLeaves);
    // With the leaves they come from: applying the batch again would not see what has ended.
    this.#writePlaces();
    if (isDone) this.#stamper.write();
    return isDone;
  }

  /** Totals and next numbers as of the last step. */
  get state(): Pick<CatalogState, "next" | "totals"> {
    const totals = { files: this.#files, directories: this.#directories, bytes: this.#bytes };
    return { next: this.#next, totals };
  }

  /** All that follows from the batch alone. */
  #start(): LeafWork {
    const { bundles, contents, permissions, removals, puts, firstVersion } = this.#batch;
    expectFitting(this.#tree, { snapshot: this.#snapshot, segment: this.#segment }, this.#batch, this.#before);
    this.#contents(bundles, contents);
    putPermissions(this.#tree.tables, permissions ?? [], { snapshot: this.#snapshot, segment: this.#segment });
    const changes = new LeafChanges();
    for (const { parentId, name, nodeId } of removals) {
      changes.end(parentId, name, nodeId);
      this.#stamper.touch(parentId);
    }
    let version = firstVersion as number;
    let nextNode = 0;
    for (const put of puts) {
      this.#put(changes, put, version++);
      if (put.entry.nodeId >= nextNode) nextNode = put.entry.nodeId + 1;
    }
    this.#advance("node", nextNode);
    this.#tree.runs.change(this.#runs.records());
    if (puts.length > 0) {
      const range = { snapshot: this.#snapshot, segment: this.#segment, count: puts.length };
      void this.#tree.tables.segments.put(numberKey(firstVersion), segmentRangeValue.encode(range));
      this.#advance("version", firstVersion + puts.length);
    }
    return changes.inOrder(this.#snapshot, this.#firsts.version, this);
  }

  #writePlaces(): void {
    for (const nodeId of this.#gone) this.#places.push(gone(nodeId, this.#snapshot));
    this.#gone.clear();
    this.#tree.places.change(this.#places.sort(compareRecords));
    this.#places = [];
  }

  ended(directory: NodeId, entry: LeafEntry): void {
    this.#count(entry, -1);
    // The root hangs nowhere, so it has not gone from there.
    if (entry.kind !== "directory" || directory === NO_NODE || this.#isPlaced.has(entry.nodeId)) return;
    this.#gone.add(entry.nodeId);
    this.#tree.recent.delete(entry.nodeId);
  }

  put(directory: NodeId, entry: LeafEntry, replaced: LeafEntry | undefined): void {
    this.#count(entry, 1);
    if (entry.kind !== "directory" || directory === NO_NODE) return;
    const { nodeId, name } = entry;
    this.#isPlaced.add(nodeId);
    this.#gone.delete(nodeId);
    this.#tree.recent.add(nodeId);
    if (replaced?.nodeId !== nodeId || this.#isNewHere(directory, replaced)) this.#place(nodeId, directory, name);
  }

  /** Where a batch is applied again, an entry of this very snapshot does not tell whether the node had stood there before. */
  #isNewHere(directory: NodeId, { nodeId, version, name }: LeafEntry): boolean {
    if (version < this.#firsts.version) return false;
    const place = this.#tree.places.newest(nodeId, this.#snapshot);
    return place?.parentId !== directory || place.name !== name;
  }

  #place(nodeId: NodeId, parentId: NodeId, name: string): void {
    this.#places.push({ nodeId, since: this.#snapshot, parentId, name });
  }

  /** A file's first place is kept when it leaves it. */
  #moveFile(nodeId: NodeId, { parentId, name }: NodeEntry, from: Exclude<NodePut["movedFrom"], undefined>): void {
    const created = this.#tree.epochs.snapshotOfNode(nodeId);
    if (created < this.#snapshot && !this.#tree.places.newest(nodeId, this.#snapshot)) {
      this.#places.push({ nodeId, since: created, ...from });
    }
    this.#place(nodeId, parentId, name);
  }

  #contents(bundles: ChangeBatch["bundles"], contents: ChangeBatch["contents"]): void {
    const { tables } = this.#tree;
    for (const { bundleId, firstContentId, count } of bundles) {
      void tables.bundles.put(numberKey(firstContentId), bundleRangeValue.encode({ bundleId, count }));
      this.#advance("bundle", bundleId + 1);
      this.#advance("content", firstContentId + count);
    }
    let next = 0;
    for (const content of contents) {
      if (content.kind === "list") {
        const row = { snapshot: this.#snapshot, segment: this.#segment, parts: content.parts };
        void tables.lists.put(numberKey(content.contentId), listValue.encode(row));
      }
      if (content.kind === "foreign")
        void tables.foreign.put(numberKey(content.contentId), foreignValue.encode(content.owner));
      if (content.contentId >= next) next = content.contentId + 1;
    }
    this.#advance("content", next);
  }

  #put(changes: LeafChanges, { entry, movedFrom }: NodePut, version: number): void {
    const { nodeId, parentId, name, kind, sizeBytes, mtimeNs, xorhash, signature, contentId, posix } = entry;
    this.#stamper.touch(parentId);
    if (kind === "directory") this.#stamper.touch(nodeId);
    if (movedFrom) {
      this.#stamper.touch(movedFrom.parentId);
      changes.end(movedFrom.parentId, movedFrom.name, nodeId);
      if (kind !== "directory") this.#moveFile(nodeId, entry, movedFrom);
    } else if (nodeId >= this.#firsts.node && parentId !== NO_NODE) {
      this.#runs.add(nodeId, parentId, name);
    }
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
  }

  #count({ kind, sizeBytes }: LeafEntry, by: 1 | -1): void {
    if (kind === "directory") this.#directories += by;
    else this.#files += by;
    if (kind === "file") this.#bytes += by * sizeBytes;
  }

  #advance<K extends keyof NextNumbers>(key: K, to: number): void {
    if (to > this.#next[key]) this.#next[key] = to as NextNumbers[K];
  }
}
