/**
 * A checkpoint: the LMDB files of a share's catalog as of a snapshot, cut into parts, so that a catalog can be had
 * elsewhere without folding every segment. It is never more than a short cut: whoever doubts it folds the segments.
 */
import type { SnapshotNumber } from "../../core/ids.js";
import type { ShareName } from "../../core/names.js";
import type { CodecName } from "../content/codec.js";
import type { ObjectRef } from "../snapshots/manifest.js";

/** What the environments of a catalog are called here. The numbers stand in records and are never reused. */
export const ENVIRONMENT_NUMBERS = { tree: 0, identities: 1, dedup: 2 } as const;
export type CheckpointEnvironment = keyof typeof ENVIRONMENT_NUMBERS;

/** How much of a file is one part: a few of them are in memory at a time. */
export const CHECKPOINT_PART_BYTES = 8 * 1024 * 1024;
/** What a reader allows: a part is decompressed as a whole. */
export const LARGEST_PART_BYTES = 64 * 1024 * 1024;

export interface CheckpointPart {
  readonly object: ObjectRef;
  readonly codec: CodecName;
  /** 1 … `LARGEST_PART_BYTES`. */
  readonly plainBytes: number;
}

/** One file. Its parts, in order, are all of it. */
export interface CheckpointFile {
  readonly environment: CheckpointEnvironment;
  readonly sizeBytes: number;
  readonly parts: readonly CheckpointPart[];
}

/** What the catalog was when it was copied. */
export interface CheckpointFacts {
  readonly catalogFormat: number;
  /** How many versions of entries it had handed out. */
  readonly versions: number;
  /** SHA-256 of the manifest of its newest snapshot, of the whole object: 32 bytes. */
  readonly manifestSha256: Uint8Array;
}

export interface Checkpoint extends CheckpointFacts {
  readonly share: ShareName;
  /** The newest snapshot in it. */
  readonly snapshot: SnapshotNumber;
  /** Each environment once, in the order of their numbers. */
  readonly files: readonly CheckpointFile[];
}
