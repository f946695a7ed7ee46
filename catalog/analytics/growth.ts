/** How a share grew and changed from snapshot to snapshot, as each backup has counted it. */
import type { SnapshotNumber } from "../../core/ids.js";
import type { Snapshot } from "../../core/snapshot.js";

export interface Growth {
  readonly snapshot: Snapshot;
  /** More than in the snapshot before; undefined for the first. */
  readonly files: number | undefined;
  readonly bytes: number | undefined;
}

/**
 * @param snapshots all, oldest first
 * @param last nothing newer is told
 * @param count how many at most
 * @returns oldest first
 */
export function growthOf(snapshots: readonly Snapshot[], last: SnapshotNumber, count: number): readonly Growth[] {
  const told = snapshots.filter(({ number }) => number <= last);
  const all = told.map((snapshot, index) => {
    const before = told[index - 1];
    return {
      snapshot,
      files: before && snapshot.files - before.files,
      bytes: before && snapshot.bytes - before.bytes,
    };
  });
  return all.slice(Math.max(0, all.length - count));
}
