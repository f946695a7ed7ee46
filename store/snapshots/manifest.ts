/** The manifest: what makes a snapshot exist. It names every object the backup wrote, with size and checksum. */
import type { FencingNumber, SnapshotNumber } from "../../core/ids.js";
import type { ShareName } from "../../core/names.js";
import type { PassedOver, Snapshot } from "../../core/snapshot.js";

/** An object as it was stored. */
export interface ObjectRef {
  /** Full name in the store. */
  readonly name: string;
  readonly sizeBytes: number;
  /** 32 bytes, of the whole object. */
  readonly sha256: Uint8Array;
}

export interface Manifest extends Snapshot {
  readonly share: ShareName;
  /** The snapshot before; undefined for the first. */
  readonly parent: SnapshotNumber | undefined;
  /** URI of the source, without secrets. */
  readonly source: string;
  /** In the order they are applied: the n-th is segment n. */
  readonly segments: readonly ObjectRef[];
  /** Bundles this backup wrote. Lone blobs are named by the segments. */
  readonly bundles: readonly ObjectRef[];
  readonly passedOver: readonly PassedOver[];
  /** Of the lease under which it was written; undefined in manifests from before there were leases. */
  readonly fencing: FencingNumber | undefined;
  /** The state of the source that was read, as the source finds it again; undefined when it does not keep it. */
  readonly sourceState?: string | undefined;
  /** Who the root was at the source, as `NodeEntry.sourceId`: a share that was made anew has another one. */
  readonly sourceRoot?: string | undefined;
}
