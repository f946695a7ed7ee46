/** The parts of the node tree that reading and writing share: leaves, the versions of snapshots, modes and owners. */
import { safeInteger, type NodeId, type SnapshotNumber } from "../core/ids.js";
import type { CatalogEntry } from "./catalog.js";
import { Epochs } from "./epochs.js";
import type { LeafEntry } from "./leaf/leaf-entry.js";
import { LeafTable } from "./leaf/leaf-table.js";
import { NOW, type Moment } from "./leaf/leaf-view.js";
import { PackedTable } from "./packed/packed-table.js";
import { placeRecords, type PlaceRecord } from "./packed/places.js";
import { runRecords, type RunRecord } from "./packed/runs.js";
import { stampRecords, type StampRecord } from "./packed/stamps.js";
import { PosixTable } from "./posix-table.js";
import { RecentDirectories } from "./recent-directories.js";
import { readState, type Tables } from "./tables.js";

export class Tree {
  readonly tables: Tables;
  readonly leaves: LeafTable;
  readonly epochs: Epochs;
  readonly posix: PosixTable;
  readonly places: PackedTable<PlaceRecord>;
  readonly runs: PackedTable<RunRecord>;
  readonly stamps: PackedTable<StampRecord>;

  /** What a writer knows of the live tree. */
  readonly recent = new RecentDirectories();

  /** Counts the transactions of this process: what was read of the live tree holds within one. */
  generation = 0;

  constructor(tables: Tables) {
    this.tables = tables;
    this.leaves = new LeafTable(tables.leaves);
    this.epochs = new Epochs(tables.epochs, () => readState(tables).next);
    this.posix = new PosixTable(tables.posix);
    this.places = new PackedTable(tables.places, placeRecords);
    this.runs = new PackedTable(tables.runs, runRecords);
    this.stamps = new PackedTable(tables.stamps, stampRecords);
  }

  /** What a reader of a published snapshot sees, now and for ever. */
  momentOf(snapshot: SnapshotNumber): Moment {
    const next = safeInteger(snapshot + 1, "snapshot") as SnapshotNumber;
    // Whatever begins later begins with versions that are not handed out yet.
    return { snapshot, versionLimit: this.epochs.firstsOf(next)?.version ?? readState(this.tables).next.version };
  }

  /** A transaction has ended: what was read of the live tree, also while it was on its way to the disk, is over. */
  passOn(): void {
    this.generation++;
    this.leaves.forget();
  }

  /** Another process may have written. */
  forget(): void {
    this.passOn();
    this.posix.forget();
  }

  readonly now: Moment = NOW;

  catalogEntry(parentId: NodeId, entry: LeafEntry): CatalogEntry {
    const { name, kind, nodeId, version, mtimeNs, sizeBytes, contentId, xorhash, signature, posixId } = entry;
    return {
      nodeId,
      parentId,
      name,
      kind,
      sizeBytes,
      mtimeNs,
      xorhash,
      signature,
      contentId,
      posix: this.posix.get(posixId),
      since: this.epochs.snapshotOf(version),
      version,
    };
  }
}
