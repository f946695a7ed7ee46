// One share: its own properties, its tree with snapshots, permissions and leases. Reads go to a tree
// reader, live or pinned; changes to the tree go through `files`.
import { StorageError } from "../errors.js";
import type { ChangeLog } from "./change-log.js";
import { formatMs, type Ticker, toMs } from "./file-time.js";
import { Handles } from "./handles.js";
import { checkLease } from "./lease.js";
import { LeaseTable } from "./lease-table.js";
import type { DirectoryState, ShareTree, TreeReader } from "./node.js";
import { Permissions } from "./permissions.js";
import { Seed } from "./seed.js";
import { ShareFiles } from "./share-files.js";
import type { ShareRecord, SnapshotRecord } from "./share-record.js";
import { StoredTree } from "./stored-tree.js";

/** The service's own limit. */
const maxSnapshots = 200;

export class Share {
  readonly permissions: Permissions;
  readonly leases: LeaseTable;
  readonly handles: Handles;
  /** Fills the share without HTTP. */
  readonly seed: Seed;
  readonly tree: ShareTree;
  readonly #files: ShareFiles | undefined;
  #record: ShareRecord;

  /**
   * `tree` is absent for an ordinary share, which gets an empty one; a generated share brings its own,
   * and cannot be written when that has no writer.
   */
  constructor(
    readonly account: string,
    record: ShareRecord,
    private readonly ticker: Ticker,
    private readonly log: ChangeLog,
    tree?: ShareTree,
  ) {
    this.#record = record;
    const { uid } = record;
    log.shareSaved(account, record);
    this.permissions = new Permissions((key, descriptor) => log.permissionAdded(account, uid, key, descriptor));
    this.leases = new LeaseTable(ticker.clock, (id, lease) => log.leaseChanged(account, uid, id, lease));
    this.handles = new Handles(ticker.clock);
    this.seed = new Seed(this);
    this.tree = tree ?? new StoredTree(record.protocol, this.#newRoot(), log.tree(account, uid));
    const { live, writer } = this.tree;
    this.#files = writer && new ShareFiles(live, writer, ticker, this.permissions, this.leases, this);
  }

  get record(): ShareRecord {
    return this.#record;
  }

  get name(): string {
    return this.#record.name;
  }

  get live(): TreeReader {
    return this.tree.live;
  }

  /** Changes to the live tree. Throws AuthorizationFailure on a share that cannot be written. */
  get files(): ShareFiles {
    if (!this.#files) throw new StorageError("AuthorizationFailure");
    return this.#files;
  }

  /** The tree at a snapshot, or the live one. Throws ShareNotFound. */
  reader(snapshotId?: string): TreeReader {
    return snapshotId === undefined ? this.live : this.tree.at(this.snapshot(snapshotId).epoch);
  }

  /** Throws ShareNotFound, as the service does for all but a delete. */
  snapshot(id: string): SnapshotRecord {
    const found = this.#record.snapshots.find((snapshot) => snapshot.id === id);
    if (!found) throw new StorageError("ShareNotFound");
    return found;
  }

  /**
   * Pins the present under an id of its own: the current second, or the next one no snapshot has.
   * Throws ShareSnapshotCountExceeded.
   */
  createSnapshot(metadata?: Readonly<Record<string, string>>): SnapshotRecord {
    const { snapshots } = this.#record;
    if (snapshots.length >= maxSnapshots) throw new StorageError("ShareSnapshotCountExceeded");
    const newest = snapshots.at(-1);
    const now = Math.floor(this.ticker.clock() / 1000) * 1000;
    const idMs = newest ? Math.max(now, toMs(newest.id) + 1000) : now;
    const changed = metadata ? this.#touch() : this.#record;
    const snapshot: SnapshotRecord = {
      id: formatMs(idMs),
      epoch: this.tree.freeze(),
      modified: changed.modified,
      etag: changed.etag,
      metadata: metadata ?? this.#record.metadata,
      quotaGiB: this.#record.quotaGiB,
    };
    this.save({ ...this.#record, snapshots: [...snapshots, snapshot] });
    return snapshot;
  }

  /** Throws ShareSnapshotNotFound, and like a share's own delete when it is leased. */
  deleteSnapshot(id: string, leaseId?: string): void {
    const snapshot = this.#record.snapshots.find((other) => other.id === id);
    if (!snapshot) throw new StorageError("ShareSnapshotNotFound");
    checkLease(snapshot.lease, this.ticker.clock(), leaseId, { on: "Share", writes: true });
    this.save({
      ...this.#record,
      snapshots: this.#record.snapshots.filter((other) => other.id !== id),
    });
  }

  /** Changes properties of the share itself, with a new ETag. */
  update(changes: Partial<Omit<ShareRecord, "uid" | "name" | "snapshots">>): ShareRecord {
    return this.save({ ...this.#record, ...changes, ...this.#touch() });
  }

  /** Replaces the record as it is, with no new ETag. */
  save(record: ShareRecord): ShareRecord {
    this.#record = record;
    this.log.shareSaved(this.account, record);
    return record;
  }

  /** Throws when a lease on the share or the snapshot does not go with `leaseId`. */
  checkLease(leaseId: string | undefined, options: { writes: boolean; snapshotId?: string }): void {
    const held = options.snapshotId === undefined ? this.#record : this.snapshot(options.snapshotId);
    checkLease(held.lease, this.ticker.clock(), leaseId, { on: "Share", writes: options.writes });
  }

  #touch(): { modified: string; etag: string } {
    const now = this.ticker.next();
    return { modified: now.time, etag: now.etag };
  }

  #newRoot(): DirectoryState {
    const now = this.ticker.next();
    return {
      kind: "directory",
      creationTime: now.time,
      lastAccessTime: now.time,
      lastWriteTime: now.time,
      changeTime: now.time,
      modified: now.time,
      etag: now.etag,
      attributes: "Directory",
      permissionKey: this.permissions.defaultDirectoryKey,
      metadata: {},
      ...(this.#record.protocol === "NFS" && {
        posix: { owner: "0", group: "0", mode: "0755" },
      }),
    };
  }
}
