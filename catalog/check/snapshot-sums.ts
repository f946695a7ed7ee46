/**
 * What every published snapshot holds, from one pass over all entries: each adds to the snapshot it came with and takes away
 * from the one it ended with, and the sums over both are what lies between.
 */
import { countBelow } from "../published.js";
import type { Snapshot } from "../../core/snapshot.js";
import type { LeafEntry } from "../leaf/leaf-entry.js";

export interface Sums {
  files: number;
  directories: number;
  bytes: number;
}

export class SnapshotSums {
  readonly #snapshots: readonly Snapshot[];
  readonly #steps: Sums[];
  /** Of the live entries. */
  readonly live: Sums = { files: 0, directories: 0, bytes: 0 };

  constructor(snapshots: readonly Snapshot[]) {
    this.#snapshots = snapshots;
    this.#steps = Array.from({ length: snapshots.length + 1 }, () => ({ files: 0, directories: 0, bytes: 0 }));
  }

  /** @param until the first snapshot without the entry; 0 while it is live */
  add(entry: LeafEntry, since: number, until: number): void {
    count(this.#steps[countBelow(this.#snapshots, since)], entry, 1);
    if (until === 0) count(this.live, entry, 1);
    else count(this.#steps[countBelow(this.#snapshots, until)], entry, -1);
  }

  /** What each snapshot holds. */
  *sums(): IterableIterator<readonly [Snapshot, Sums]> {
    const sum: Sums = { files: 0, directories: 0, bytes: 0 };
    for (const [index, snapshot] of this.#snapshots.entries()) {
      const step = this.#steps[index] as Sums;
      sum.files += step.files;
      sum.directories += step.directories;
      sum.bytes += step.bytes;
      yield [snapshot, sum];
    }
  }
}

function count(sums: Sums | undefined, { kind, sizeBytes }: LeafEntry, by: 1 | -1): void {
  if (!sums) return;
  if (kind === "directory") sums.directories += by;
  else sums.files += by;
  if (kind === "file") sums.bytes += by * sizeBytes;
}
