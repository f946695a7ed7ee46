/**
 * What the catalog of one share is to the other rooms. One LMDB environment per tenant and share; it is the fold of
 * the share's segments (`apply`, in order), so it can always be rebuilt from the store. Reads are synchronous and
 * memory-mapped; each `TreeView` call reads its own consistent state. An iteration keeps the state that it began with, and
 * the pages of that from being used again: whoever waits between entries lists page by page (paged-list.ts).
 */
import type { IdRange } from "../core/id-range.js";
import type { BundleId, ContentId, NodeId, PruneNumber, SnapshotNumber, VersionNumber } from "../core/ids.js";
import type { ChangeBatch, ContentPart, ForeignContent, NodeEntry, NodeKind } from "../core/node.js";
import type { PruneRecord } from "../core/prune-record.js";
import type { Snapshot } from "../core/snapshot.js";
import type { TimeNs } from "../core/time.js";
import type { EntryCursor, LiveCursor } from "./entry-cursor.js";
import type { PlacedRange } from "./id-ranges.js";

/**
 * An entry as it stands in the tree: valid since a snapshot, with its version. `xorhash` and `signature` serve comparing
 * with a source, so they are 0 in an entry that is no longer live; a segment has them.
 */
export interface CatalogEntry extends Omit<NodeEntry, "sourceId"> {
  readonly since: SnapshotNumber;
  readonly version: VersionNumber;
}

/** An entry with how long it was valid. */
export interface EntryVersion extends CatalogEntry {
  /** The first published snapshot without it; undefined when the newest still has it. */
  readonly until: SnapshotNumber | undefined;
}

/** Where a node hung from a snapshot on. */
export interface NodePlace {
  readonly since: SnapshotNumber;
  readonly parentId: NodeId;
  readonly name: string;
}

/** What one table of the environment takes. */
export interface TableSize {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What the node tree's environment takes on disk. */
export interface CatalogSize {
  /** Of the whole file, as `du` says. */
  readonly bytes: number;
  /** Largest first; the difference to `bytes` is LMDB's own and free pages. */
  readonly tables: readonly TableSize[];
}

/** The tree at one moment. Entries of a directory are in byte order of their UTF-8 names. */
export interface TreeView {
  readonly root: CatalogEntry | undefined;
  lookup(parentId: NodeId, name: string): CatalogEntry | undefined;
  /** @param after start behind this name */
  list(parentId: NodeId, after?: string): IterableIterator<CatalogEntry>;
  /** Names from below the root to the node; undefined when it is not in this tree. */
  pathOf(nodeId: NodeId): readonly string[] | undefined;
}

/** The tree with everything that is applied, published or not: what a running backup compares with. */
export interface LiveTree extends TreeView {
  /** For many questions about the children of one directory. */
  children(parentId: NodeId): LiveChildFinder;
  /** As in `SnapshotTree`. */
  visit(parentId: NodeId, after: string | undefined, visit: (entry: EntryCursor) => boolean): void;
}

/** Children of one directory by their names, which may come in any order; those that come in the tree's own cost next to nothing. */
export interface LiveChildFinder {
  /** @returns what stands under the name now, until the next question; undefined when nothing does */
  find(name: string): LiveCursor | undefined;
}

/** The tree as a published snapshot has it. */
export interface SnapshotTree extends TreeView {
  /** The entry of a node; undefined when the node is not in this tree. */
  find(nodeId: NodeId): CatalogEntry | undefined;
  /** The directory that a directory hangs in; undefined for the root, and for one that is not in this tree. */
  parentOf(directoryId: NodeId): NodeId | undefined;
  /**
   * As `list`, without making an object of each entry.
   * @param visit returns whether it wants more. It may ask for stamps meanwhile, and for no entries
   */
  visit(parentId: NodeId, after: string | undefined, visit: (entry: EntryCursor) => boolean): void;
  /**
   * The last snapshot, up to this one, in which the directory, or anything in or beneath it, changed: equal in two
   * snapshots of one share means that all of it is equal.
   */
  stampOf(directoryId: NodeId): SnapshotNumber;
}

/** Where the bytes of a content id are. */
export type ContentLocation =
  | { readonly kind: "bundled"; readonly bundleId: BundleId }
  | { readonly kind: "blob" }
  | { readonly kind: "foreign"; readonly owner: ForeignContent }
  | {
      readonly kind: "list";
      readonly parts: readonly ContentPart[];
      /** Which segment has the list's full record. */
      readonly snapshot: SnapshotNumber;
      readonly segment: number;
    };

/** Which segment holds the full metadata of a version, and which of its puts that is. */
export interface SegmentPosition {
  readonly snapshot: SnapshotNumber;
  readonly segment: number;
  readonly index: number;
}

/** Which segment says what a permission key stands for. */
export interface PermissionPosition {
  readonly snapshot: SnapshotNumber;
  readonly segment: number;
}

/** Where a source's identity was seen last. */
export interface KnownNode {
  readonly nodeId: NodeId;
  readonly kind: NodeKind;
  readonly parentId: NodeId;
  readonly name: string;
}

/** The next unused number of each kind, as of the last applied batch. */
export interface NextNumbers {
  readonly node: NodeId;
  readonly version: VersionNumber;
  readonly content: ContentId;
  readonly bundle: BundleId;
}

/** A backup that has begun and is not published yet. */
export interface UnfinishedSnapshot {
  readonly number: SnapshotNumber;
  /** Segments 0 … segments − 1 are applied. */
  readonly segments: number;
  /** Whether a kill has left a part of the segment behind them. It has to be applied before anything else is. */
  readonly isPartial: boolean;
}

export interface CatalogReader extends AsyncDisposable {
  /** Where it lies, for messages. */
  readonly folder: string;
  /** Which store it was made from, as `keepOrigin` was told; undefined when it was not told yet. */
  origin(): string | undefined;
  /** Published snapshots, oldest first. */
  snapshots(): readonly Snapshot[];
  /** A published snapshot as it was. @throws SharestrataError `SNAPSHOT_UNKNOWN` for one that was pruned */
  view(snapshot: SnapshotNumber): SnapshotTree;
  /** As `view`, and of a snapshot that a prune has removed as well: for those who still hold nodes of it. */
  viewAt(snapshot: SnapshotNumber): SnapshotTree;
  /**
   * Ends the state that reading goes on in. Called by a thread that never lets its event loop turn, before it waits: until
   * then it sees nothing new, and keeps pages that writers could use.
   */
  rest(): void;
  /** @returns undefined when the id was never handed out */
  locate(contentId: ContentId): ContentLocation | undefined;
  /** The content ids below are those of published snapshots: whatever becomes of a backup, they keep their meaning. */
  publishedContent(): ContentId;
  segmentOf(version: VersionNumber): SegmentPosition | undefined;
  /**
   * Where the descriptor of a permission key is. A key may come to stand for another one, when a share is backed up in the place of
   * another: then it is the newest that is not behind `snapshot`, or else the oldest.
   * @param snapshot Default: the newest
   * @returns undefined when no backup could read it
   */
  permissionOf(key: string, snapshot?: SnapshotNumber): PermissionPosition | undefined;
  /** Later segments that tell the descriptor of a permission key as well, oldest first. */
  laterPermissions(key: string, after: PermissionPosition): readonly PermissionPosition[];
  /** Permission keys that are needed, and whose descriptor the last backup that asked could not read; ascending. */
  unreadPermissions(): IterableIterator<string>;
  /** The newest prune record that is applied, undefined before the first. All before it are. */
  prune(): PruneNumber | undefined;
  /** When that record was written, by which it is told from another of the same number; undefined when it is not known. */
  prunedAt(): TimeNs | undefined;
  /** The next unused number of each kind, as of the last applied batch. */
  next(): NextNumbers;
  /** Contents of bundles as backups stored them, ascending. */
  bundledRanges(): IterableIterator<PlacedRange>;
  /** Contents that prunes have moved since, and where they are now; ascending. */
  movedRanges(): IterableIterator<PlacedRange>;
  /** Contents that are lists, ascending. */
  lists(): IterableIterator<ContentId>;
  /** Contents that other shares of the tenant have stored, ascending. */
  foreign(): IterableIterator<{ readonly contentId: ContentId; readonly owner: ForeignContent }>;
  /** Contents that prune records have condemned. */
  condemned(): IterableIterator<IdRange>;
  /** Whether a prune record says that nothing new may refer to a content. */
  isCondemned(contentId: ContentId): boolean;
  /**
   * Every entry of a published snapshot, of all directories, as it was when the iteration began: by id of the directory,
   * then by name. The root comes first, in directory `NO_NODE`.
   */
  entries(snapshot: SnapshotNumber): IterableIterator<CatalogEntry>;
  /** Every version of every entry that some published snapshot has, in the same order; of one name the newest first. */
  versions(): IterableIterator<EntryVersion>;
  /** The versions of one name, newest first. They may belong to different nodes. */
  versionsOf(parentId: NodeId, name: string): IterableIterator<EntryVersion>;
  /**
   * Every place a node has hung in, oldest first. Empty for a file that was never renamed or moved. Hints: a backup that is
   * not published, or was interrupted, may have left a place in which no snapshot has the node.
   */
  placesOf(nodeId: NodeId): readonly NodePlace[];
  size(): CatalogSize;
  /**
   * Writes a compact copy of the node tree's environment, as it is now, into an empty folder. Nobody has claimed it.
   * @throws SharestrataError `STORE_FULL`
   */
  copyTo(folder: string): Promise<void>;
}

export interface Catalog extends CatalogReader {
  readonly live: LiveTree;
  unfinished(): UnfinishedSnapshot | undefined;
  /** @returns undefined when no live node has this identity */
  findSource(sourceId: string): KnownNode | undefined;
  /** Live totals: what a snapshot published now would hold. */
  totals(): { readonly files: number; readonly directories: number; readonly bytes: number };

  /**
   * Makes this process the share's only writer on this machine, until disposal or its death.
   * @throws SharestrataError `SHARE_BUSY` naming the process that is
   */
  claim(): Promise<AsyncDisposable>;
  /** Remembers for good which store the catalog is made from. */
  keepOrigin(origin: string): Promise<void>;
  /** Takes up the unfinished snapshot, or begins the next. */
  begin(): Promise<UnfinishedSnapshot>;
  /**
   * Applies one segment of the unfinished snapshot, durably. A kill may leave a part of it, which nobody sees, and which
   * is completed by applying the segment again.
   * @param segment its number; a segment that is applied already is passed over
   * @param sha256 of the stored segment, kept until the snapshot is published; without one `holds` never knows it again
   * @throws SharestrataError `STORE_FULL`, `FAILED` when the disk cannot be written to: as after a kill
   */
  apply(snapshot: SnapshotNumber, segment: number, batch: ChangeBatch, sha256?: Uint8Array): Promise<void>;
  /** Whether it is the segment with this SHA-256 that was applied to the unfinished snapshot, be it in part. */
  holds(segment: number, sha256: Uint8Array): boolean;
  /** Makes the catalog outdated: whoever opens it next has to build it anew from the store. */
  giveUp(): Promise<void>;
  /** As `copyTo`, of the identities: they are of the same moment as the tree as long as nothing is applied in between. */
  copyIdentitiesTo(folder: string): Promise<void>;
  /**
   * Applies a prune record, durably and as a whole; one that is applied already is passed over. Whatever is unfinished stays so.
   * @throws DamagedError when it is not the next, or snapshots that it knows of are not published here
   */
  applyPrune(record: PruneRecord): Promise<void>;
  /** Makes the unfinished snapshot visible. */
  publish(snapshot: Snapshot): Promise<void>;
}
