/**
 * What a prune has decided: the store keeps it, the catalog applies it, the daemon makes it. Like a segment it is a part of
 * the journal that a catalog is the fold of; but it commutes with segments, so that it may be applied before or after those
 * of a backup that ran beside the prune.
 */
import type { BundleId, ContentId, FencingNumber, PruneNumber, SnapshotNumber } from "./ids.js";
import type { IdRange } from "./id-range.js";
import type { TimeNs } from "./time.js";

export interface SnapshotRemoval {
  readonly snapshot: SnapshotNumber;
  /** A sentence for people. */
  readonly reason: string;
}

/** A bundle that a prune has written. Its blobs keep their content ids, and were in other bundles before. */
export interface RewrittenBundle {
  readonly bundleId: BundleId;
  readonly sizeBytes: number;
  /** 32 bytes, of the whole object. */
  readonly sha256: Uint8Array;
  /** Content ids, ascending. */
  readonly contents: readonly IdRange[];
}

export interface PruneRecord {
  readonly number: PruneNumber;
  /** The newest snapshot that the prune knew of, undefined when there was none; all that it removes are older. */
  readonly after: SnapshotNumber | undefined;
  readonly writtenAt: TimeNs;
  /** The highest lease there was once all records before this one were known; undefined when nobody had ever taken one. */
  readonly fencing: FencingNumber | undefined;
  /** Ids below these are never handed out again, whatever becomes of the objects that had them. */
  readonly nextContentId: ContentId;
  readonly nextBundleId: BundleId;
  readonly removals: readonly SnapshotRemoval[];
  readonly rewritten: readonly RewrittenBundle[];
  /** Contents that no backup which knows the record refers to again. Ascending. */
  readonly condemned: readonly IdRange[];
  /** Objects that nothing needed when the record was made: bundles by their ids, lone blobs by their content ids. Ascending. */
  readonly bundles: readonly IdRange[];
  readonly blobs: readonly IdRange[];
}
