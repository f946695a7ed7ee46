/**
 * One share within a mount: its snapshots as the catalog has them now, and a tree view for each. Published snapshots
 * never change, so views and snapshots are kept; which of them there are is asked again whenever it may have changed.
 */
import type { SnapshotTree } from "../catalog/catalog.js";
import type { SnapshotNumber } from "../core/ids.js";
import type { ShareName } from "../core/names.js";
import type { TimeNs } from "../core/time.js";
import type { Snapshot } from "../core/snapshot.js";
import type { MountedShare } from "./shares.js";

export class OpenShare {
  readonly mounted: MountedShare;
  readonly #views = new Map<SnapshotNumber, SnapshotTree>();
  #byName = new Map<string, Snapshot>();
  /** When a prune had last removed any, as the names were read. */
  #prunedAt: TimeNs | undefined;
  /** Those that were ever seen: whoever holds a directory of one that is gone must not be given another one's. */
  readonly #seen = new Map<SnapshotNumber, Snapshot>();

  constructor(mounted: MountedShare) {
    this.mounted = mounted;
  }

  get name(): ShareName {
    return this.mounted.name;
  }

  /** Read anew from the catalog, oldest first. */
  snapshots(): readonly Snapshot[] {
    this.#prunedAt = this.mounted.catalog.prunedAt();
    const snapshots = this.mounted.catalog.snapshots();
    this.#byName = new Map(snapshots.map((snapshot) => [snapshot.name, snapshot]));
    for (const snapshot of snapshots) this.#seen.set(snapshot.number, snapshot);
    return snapshots;
  }

  /** Read anew from the catalog. */
  newest(): Snapshot | undefined {
    return this.snapshots().at(-1);
  }

  /**
   * When the list of snapshots was last another one, by a backup or a prune; undefined before the first. By this time the kernel
   * knows whether the listing that it keeps is still the right one.
   */
  changedAt(): TimeNs | undefined {
    const [published, pruned] = [this.newest()?.finishedAt, this.mounted.catalog.prunedAt()];
    return published !== undefined && pruned !== undefined && pruned > published ? pruned : (published ?? pruned);
  }

  /** A snapshot seen before that no prune can have removed since, or else looked for anew. */
  find(name: string): Snapshot | undefined {
    const known = this.#byName.get(name);
    if (known && this.#prunedAt === this.mounted.catalog.prunedAt()) return known;
    return this.snapshots().find((snapshot) => snapshot.name === name);
  }

  /** The name of a snapshot seen before. */
  nameOf(number: SnapshotNumber): string | undefined {
    for (const snapshot of this.#byName.values()) if (snapshot.number === number) return snapshot.name;
    return this.snapshots().find((snapshot) => snapshot.number === number)?.name;
  }

  /** Also of a snapshot that a prune has removed, for those who hold nodes of it. */
  view(snapshot: SnapshotNumber): SnapshotTree {
    let view = this.#views.get(snapshot);
    if (!view) this.#views.set(snapshot, (view = this.mounted.catalog.viewAt(snapshot)));
    return view;
  }

  /** The snapshot of a number, also one that a prune has removed since it was seen here. */
  at(number: SnapshotNumber): Snapshot | undefined {
    return this.#seen.get(number) ?? (this.snapshots(), this.#seen.get(number));
  }

  /** The snapshot of a number, or the oldest one behind it: where a version is that came with it. */
  from(number: SnapshotNumber): Snapshot | undefined {
    return this.#firstFrom(number) ?? (this.snapshots(), this.#firstFrom(number));
  }

  #firstFrom(number: SnapshotNumber): Snapshot | undefined {
    for (const snapshot of this.#byName.values()) if (snapshot.number >= number) return snapshot;
    return undefined;
  }
}
