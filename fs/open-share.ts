/**
 * One share within a mount: its snapshots as the catalog has them now, and a tree view for each. Published snapshots
 * never change, so views and snapshots are kept; which of them there are is asked again whenever it may have changed.
 */
import type { TreeView } from "../catalog/catalog.js";
import type { SnapshotNumber } from "../core/ids.js";
import type { ShareName } from "../core/names.js";
import type { Snapshot } from "../core/snapshot.js";
import type { MountedShare } from "./shares.js";

export class OpenShare {
  readonly mounted: MountedShare;
  readonly #views = new Map<SnapshotNumber, TreeView>();
  #byName = new Map<string, Snapshot>();

  constructor(mounted: MountedShare) {
    this.mounted = mounted;
  }

  get name(): ShareName {
    return this.mounted.name;
  }

  /** Read anew from the catalog, oldest first. */
  snapshots(): readonly Snapshot[] {
    const snapshots = this.mounted.catalog.snapshots();
    this.#byName = new Map(snapshots.map((snapshot) => [snapshot.name, snapshot]));
    return snapshots;
  }

  /** Read anew from the catalog. */
  newest(): Snapshot | undefined {
    return this.snapshots().at(-1);
  }

  /** A snapshot seen before, or else looked for anew. */
  find(name: string): Snapshot | undefined {
    return this.#byName.get(name) ?? this.snapshots().find((snapshot) => snapshot.name === name);
  }

  /** The name of a snapshot seen before. */
  nameOf(number: SnapshotNumber): string | undefined {
    for (const snapshot of this.#byName.values()) if (snapshot.number === number) return snapshot.name;
    return this.snapshots().find((snapshot) => snapshot.number === number)?.name;
  }

  view(snapshot: SnapshotNumber): TreeView {
    let view = this.#views.get(snapshot);
    if (!view) this.#views.set(snapshot, (view = this.mounted.catalog.view(snapshot)));
    return view;
  }
}
