/** The parts of the node tree that reading and writing share: leaves, the versions of snapshots, modes and owners. */
import { safeInteger, type NodeId, type SnapshotNumber } from "../core/ids.js";
import type { CatalogEntry } from "./catalog.js";
import { Epochs } from "./epochs.js";
import type { LeafEntry } from "./leaf/leaf-entry.js";
import { LeafTable } from "./leaf/leaf-table.js";
import { NOW, type Moment } from "./leaf/leaf-view.js";
import { directoryRecords, type DirectoryRecord } from "./packed/directory-records.js";
import { PackedTable } from "./packed/packed-table.js";
import { PosixTable } from "./posix-table.js";
import { readState, type Tables } from "./tables.js";

export class Tree {
  readonly tables: Tables;
  readonly leaves: LeafTable;
  readonly epochs: Epochs;
  readonly posix: PosixTable;
  readonly directories: PackedTable<DirectoryRecord>;

  constructor(tables: Tables) {
    this.tables = tables;
    this.leaves = new LeafTable(tables.leaves);
    this.epochs = new Epochs(tables.epochs, () => readState(tables).next.version);
    this.posix = new PosixTable(tables.posix);
    this.directories = new PackedTable(tables.directories, directoryRecords);
  }

  /** What a reader of a published snapshot sees, now and for ever. */
  momentOf(snapshot: SnapshotNumber): Moment {
    const next = safeInteger(snapshot + 1, "snapshot") as SnapshotNumber;
    // Whatever begins later begins with versions that are not handed out yet.
    return { snapshot, versionLimit: this.epochs.firstVersionOf(next) ?? readState(this.tables).next.version };
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
