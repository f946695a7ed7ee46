/**
 * The catalog on LMDB: what `catalog.ts` promises, put together. The transaction that completes a segment also advances
 * `unfinished.segments`, so that a kill leaves a segment to be applied again or not at all; a reader in another process
 * is never blocked, LMDB's readers see the last committed state.
 */
import { join } from "node:path";
import { ABORT } from "lmdb";
import { DamagedError, SharestrataError } from "../core/errors.js";
import type { IdRange } from "../core/id-range.js";
import {
  NO_NODE,
  safeInteger,
  type ContentId,
  type NodeId,
  type PruneNumber,
  type SnapshotNumber,
  type VersionNumber,
} from "../core/ids.js";
import type { ChangeBatch, ForeignContent } from "../core/node.js";
import type { PruneRecord } from "../core/prune-record.js";
import type { Snapshot } from "../core/snapshot.js";
import type { TimeNs } from "../core/time.js";
import { applyPrune } from "./apply-prune.js";
import { BatchApplier } from "./batch-applier.js";
import type {
  Catalog,
  CatalogEntry,
  CatalogReader,
  CatalogSize,
  ContentLocation,
  EntryVersion,
  KnownNode,
  NextNumbers,
  NodePlace,
  PermissionPosition,
  SegmentPosition,
  SnapshotTree,
  UnfinishedSnapshot,
} from "./catalog.js";
import { commit } from "./commit.js";
import { copyEnvironment, environmentFile } from "./environments.js";
import { Identities } from "./identities.js";
import { idRanges, placedRangeAt, placedRanges, RangeLookup, type PlacedRange } from "./id-ranges.js";
import { floorOf, keyNumber, numberKey } from "./keys.js";
import { permissionAt, permissionsBehind, unreadPermissions } from "./permission-index.js";
import { leavesPerTransaction } from "./leaves-per-transaction.js";
import { expectRoom } from "./room.js";
import { sizeOf } from "./size.js";
import { decodeSnapshot, encodeSnapshot } from "./snapshot-codec.js";
import {
  giveUp,
  openTables,
  readOrigin,
  readPrunedAt,
  readState,
  snapshotKey,
  type CatalogState,
  type Tables,
} from "./tables.js";
import { liveView, snapshotView, type NodeFinder } from "./tree-view.js";
import { allVersions, entriesOf, versionsOfName } from "./tree-scan.js";
import { Tree } from "./tree.js";
import { foreignValue, listValue, segmentRangeValue } from "./values.js";
import { claimWriter, dropClaim } from "./writer-claim.js";

/**
 * Opens the catalog of one share for writing; one writer at a time is the caller's duty (see writer-claim.ts).
 * @param options.create whether a missing one is made: yes unless told
 * @throws SharestrataError `NEWER_FORMAT`, `DAMAGED`, `ACCESS_DENIED`, `STORE_FULL`; `STORE_UNINITIALISED` when there
 * is none and none is to be made; OutdatedCatalogError
 */
export function openCatalog(folder: string, options: { readonly create?: boolean } = {}): Catalog {
  return new LmdbCatalog(folder, openTables(folder, options), new Identities(join(folder, "identities")));
}

/**
 * Opens the catalog of one share for reading, beside a writer in any process.
 * @throws SharestrataError `STORE_UNINITIALISED` when there is none yet; otherwise as `openCatalog`
 */
export function openCatalogReader(folder: string): CatalogReader {
  return new LmdbCatalog(folder, openTables(folder, { readOnly: true }));
}

class LmdbCatalog implements Catalog {
  readonly folder: string;
  readonly #tables: Tables;
  readonly #tree: Tree;
  /** A reader has none: it recognises nothing. */
  readonly #identities: Identities | undefined;
  readonly #condemned: RangeLookup;
  readonly live: NodeFinder;

  constructor(folder: string, tables: Tables, identities?: Identities) {
    this.folder = folder;
    this.#tables = tables;
    this.#tree = new Tree(tables);
    this.#identities = identities;
    this.#condemned = new RangeLookup(tables.condemned);
    this.live = liveView(this.#tree);
  }

  origin(): string | undefined {
    return readOrigin(this.#tables);
  }

  async keepOrigin(origin: string): Promise<void> {
    const { environment, meta } = this.#tables;
    await commit(environment, this.folder, () => void meta.put("origin", origin));
  }

  snapshots(): readonly Snapshot[] {
    return Array.from(this.#tables.snapshots.getRange(), ({ value }) => decodeSnapshot(value));
  }

  view(snapshot: SnapshotNumber): SnapshotTree {
    this.#expectKept(snapshot);
    return this.viewAt(snapshot);
  }

  viewAt(snapshot: SnapshotNumber): SnapshotTree {
    return snapshotView(this.#tree, snapshot);
  }

  rest(): void {
    this.#tables.environment.resetReadTxn();
  }

  locate(contentId: ContentId): ContentLocation | undefined {
    const list = this.#tables.lists.get(numberKey(contentId));
    if (list) return { kind: "list", ...listValue.decode(list) };
    const owner = this.#tables.foreign.get(numberKey(contentId));
    if (owner) return { kind: "foreign", owner: foreignValue.decode(owner) };
    const range = placedRangeAt(this.#tables.moved, contentId) ?? placedRangeAt(this.#tables.bundles, contentId);
    if (range) return { kind: "bundled", bundleId: range.bundleId };
    return contentId > 0 && contentId < readState(this.#tables).next.content ? { kind: "blob" } : undefined;
  }

  publishedContent(): ContentId {
    return readState(this.#tables).publishedContent;
  }

  segmentOf(version: VersionNumber): SegmentPosition | undefined {
    for (const { key, value } of this.#tables.segments.getRange(floorOf(numberKey(version)))) {
      const { snapshot, segment, count } = segmentRangeValue.decode(value);
      const index = version - keyNumber(key, 0, "segments");
      if (index < count) return { snapshot, segment, index };
    }
    return undefined;
  }

  permissionOf(key: string, snapshot?: SnapshotNumber): PermissionPosition | undefined {
    return permissionAt(this.#tables, key, snapshot);
  }

  laterPermissions(key: string, after: PermissionPosition): readonly PermissionPosition[] {
    return permissionsBehind(this.#tables, key, after);
  }

  unreadPermissions(): IterableIterator<string> {
    return unreadPermissions(this.#tables);
  }

  prune(): PruneNumber | undefined {
    const { prune } = readState(this.#tables);
    return prune === 0 ? undefined : (prune as PruneNumber);
  }

  prunedAt(): TimeNs | undefined {
    return readPrunedAt(this.#tables);
  }

  bundledRanges(): IterableIterator<PlacedRange> {
    return placedRanges(this.#tables.bundles);
  }

  movedRanges(): IterableIterator<PlacedRange> {
    return placedRanges(this.#tables.moved);
  }

  *lists(): IterableIterator<ContentId> {
    for (const key of this.#tables.lists.getKeys()) yield keyNumber(key, 0, "lists") as ContentId;
  }

  *foreign(): IterableIterator<{ readonly contentId: ContentId; readonly owner: ForeignContent }> {
    for (const { key, value } of this.#tables.foreign.getRange()) {
      yield { contentId: keyNumber(key, 0, "foreign") as ContentId, owner: foreignValue.decode(value) };
    }
  }

  condemned(): IterableIterator<IdRange> {
    return idRanges(this.#tables.condemned);
  }

  isCondemned(contentId: ContentId): boolean {
    return this.#condemned.has(contentId);
  }

  entries(snapshot: SnapshotNumber): IterableIterator<CatalogEntry> {
    this.#expectKept(snapshot);
    return entriesOf(this.#tree, snapshot);
  }

  versions(): IterableIterator<EntryVersion> {
    return allVersions(this.#tree, this.#newest());
  }

  versionsOf(parentId: NodeId, name: string): IterableIterator<EntryVersion> {
    return versionsOfName(this.#tree, this.#newest(), parentId, name);
  }

  placesOf(nodeId: NodeId): readonly NodePlace[] {
    const newest = this.#newest();
    return [...this.#tree.places.of(nodeId)].filter(({ since, parentId }) => since <= newest && parentId !== NO_NODE);
  }

  size(): CatalogSize {
    return sizeOf(this.#tables);
  }

  async copyTo(folder: string): Promise<void> {
    await copyEnvironment(this.#tables.environment, environmentFile(this.folder, "tree"), folder);
    const copy = openTables(folder, { create: false });
    try {
      await dropClaim(copy);
    } finally {
      await copy.environment.close();
    }
  }

  async copyIdentitiesTo(folder: string): Promise<void> {
    await this.#identities?.copyTo(folder);
  }

  next(): NextNumbers {
    return readState(this.#tables).next;
  }

  totals(): CatalogState["totals"] {
    return readState(this.#tables).totals;
  }

  unfinished(): UnfinishedSnapshot | undefined {
    return readState(this.#tables).unfinished ?? undefined;
  }

  findSource(sourceId: string): KnownNode | undefined {
    const nodeId = this.#identities?.get(sourceId);
    return nodeId === undefined ? undefined : this.live.find(nodeId);
  }

  async claim(): Promise<AsyncDisposable> {
    const claim = await claimWriter(this.#tables);
    // Whoever had the claim in between has written what this process does not know of.
    this.#tree.forget();
    this.#condemned.forget();
    this.#identities?.claimed();
    return claim;
  }

  async begin(): Promise<UnfinishedSnapshot> {
    return this.#write((state) => {
      if (state.unfinished) return { state, result: state.unfinished };
      const unfinished = {
        number: safeInteger(this.#newest() + 1, "snapshots") as SnapshotNumber,
        segments: 0,
        isPartial: false,
      };
      this.#tree.epochs.begin(unfinished.number, state.next);
      return { state: { ...state, unfinished }, result: unfinished };
    });
  }

  async apply(
    snapshot: SnapshotNumber,
    segment: number,
    batch: ChangeBatch,
    sha256: Uint8Array = new Uint8Array(0),
  ): Promise<void> {
    let applier: BatchApplier | undefined;
    const mostLeaves = leavesPerTransaction(this.#tables);
    const step = (state: CatalogState): { readonly state: CatalogState; readonly result: boolean } => {
      const { segments } = this.#expectUnfinished(state, snapshot);
      if (segment < segments) return { state, result: true };
      if (segment > segments) {
        throw new DamagedError(`Segment ${segments} of snapshot ${snapshot} is missing.`, {
          where: `segments of snapshot ${snapshot}`,
        });
      }
      void this.#tables.applied.put(numberKey(segment), Buffer.from(sha256));
      applier ??= new BatchApplier(this.#tree, { snapshot, segment }, batch, state);
      const isDone = applier.step(mostLeaves);
      const unfinished = { number: snapshot, segments: isDone ? segment + 1 : segment, isPartial: !isDone };
      return { state: { ...state, ...applier.state, unfinished }, result: isDone };
    };
    while (!(await this.#write(step)));
    // After the tree, and again with a segment that is applied already: a kill in between leaves nothing out.
    await this.#identities?.add(batch.puts);
  }

  holds(segment: number, sha256: Uint8Array): boolean {
    const kept = this.#tables.applied.get(numberKey(segment));
    const { segments = 0, isPartial = false } = readState(this.#tables).unfinished ?? {};
    return segment < segments + (isPartial ? 1 : 0) && kept !== undefined && kept.equals(sha256);
  }

  async giveUp(): Promise<void> {
    await commit(this.#tables.environment, this.folder, () => giveUp(this.#tables));
  }

  async applyPrune(record: PruneRecord): Promise<void> {
    const { number, after = 0 } = record;
    this.#condemned.forget();
    await this.#write((state) => {
      if (number <= state.prune) return { state, result: undefined };
      const isNext = number === state.prune + 1;
      if (!isNext || after > this.#newest()) {
        const what = isNext ? `snapshot ${after}, which it knows of,` : `prune record ${state.prune + 1}`;
        throw new DamagedError(`Prune record ${number} cannot be applied: ${what} is missing.`, { where: "prunes" });
      }
      return { state: applyPrune(this.#tables, record, state), result: undefined };
    });
  }

  async publish(snapshot: Snapshot): Promise<void> {
    await this.#write((state) => {
      if (this.#expectUnfinished(state, snapshot.number).isPartial) {
        throw new SharestrataError("INTERNAL", `Snapshot ${snapshot.number} has a segment that is applied in part.`);
      }
      void this.#tables.snapshots.put(snapshotKey(snapshot.number), encodeSnapshot(snapshot));
      return { state: { ...state, unfinished: null, publishedContent: state.next.content }, result: undefined };
    });
    await this.#identities?.settle();
  }

  /** The newest published snapshot; 0 before the first. */
  #newest(): SnapshotNumber {
    let last = 0;
    for (const key of this.#tables.snapshots.getKeys({ reverse: true, limit: 1 })) last = key.readUInt32BE(0);
    return last as SnapshotNumber;
  }

  /** @throws SharestrataError `SNAPSHOT_UNKNOWN` */
  #expectKept(snapshot: SnapshotNumber): void {
    if (snapshot > this.#newest() || this.#tables.snapshots.doesExist(snapshotKey(snapshot))) return;
    throw new SharestrataError("SNAPSHOT_UNKNOWN", `Snapshot ${snapshot} was removed by a prune.`, { snapshot });
  }

  #expectUnfinished(state: CatalogState, snapshot: SnapshotNumber): UnfinishedSnapshot {
    if (state.unfinished?.number !== snapshot) {
      throw new SharestrataError("INTERNAL", `Snapshot ${snapshot} is not the one being written.`, { snapshot });
    }
    return state.unfinished;
  }

  /** Runs a change of the state in a transaction that aborts as a whole when it throws. */
  async #write<T>(change: (state: CatalogState) => { readonly state: CatalogState; readonly result: T }): Promise<T> {
    expectRoom(this.folder);
    const { environment, meta } = this.#tables;
    let failure: unknown;
    try {
      const outcome = await commit(environment, this.folder, () => {
        try {
          const { state, result } = change(readState(this.#tables));
          void meta.put("state", state);
          return { result };
        } catch (error) {
          failure = error;
          return ABORT;
        }
      });
      if (isResult<T>(outcome)) return outcome.result;
      throw failure;
    } catch (error) {
      this.#tree.posix.forget();
      this.#tree.recent.clear();
      throw error;
    } finally {
      this.#tree.passOn();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#identities?.[Symbol.asyncDispose]();
    await this.#tables.environment.close();
  }
}

function isResult<T>(outcome: unknown): outcome is { readonly result: T } {
  return typeof outcome === "object" && outcome !== null && "result" in outcome;
}
