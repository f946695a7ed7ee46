/** What is known of a snapshot as a whole. */
import type { SnapshotNumber } from "./ids.js";
import type { ShareProperties } from "./share-properties.js";
import type { TimeNs } from "./time.js";

/** What a backup did. All are counts, but for the sizes. */
export interface BackupCounters {
  /** Files (symlinks included) and directories seen at the source. */
  readonly files: number;
  readonly directories: number;
  readonly bytes: number;
  readonly added: number;
  readonly modified: number;
  readonly renamed: number;
  readonly deleted: number;
  readonly unchanged: number;
  readonly errors: number;
  /** Bytes read from files at the source. */
  readonly bytesRead: number;
  /** Bytes of objects written to the store. */
  readonly bytesStored: number;
}

/** How many are named one by one in a result or a manifest; a counter counts them all. */
export const MAX_NAMED = 10_000;

/** A file or folder that was passed over, and why. */
export interface PassedOver {
  /** Path components below the share's root. */
  readonly path: readonly string[];
  readonly code: string;
  readonly message: string;
}

/** A published snapshot. */
export interface Snapshot {
  readonly number: SnapshotNumber;
  /** Such as `2026-11-20T10-00-00Z`. */
  readonly name: string;
  readonly startedAt: TimeNs;
  readonly finishedAt: TimeNs;
  /** Given to the backup, for retention and for people. Ascending, each once. */
  readonly tags: readonly string[];
  /** Whether every file could be read. */
  readonly status: "complete" | "with-errors";
  /** Whether all was read from one frozen state of the source; otherwise two files may be of different moments. undefined: not known. */
  readonly consistent?: boolean | undefined;
  /** What the snapshot holds: files (symlinks included), directories (the root included), bytes of files. */
  readonly files: number;
  readonly directories: number;
  readonly bytes: number;
  readonly counters: BackupCounters;
  /** Of the share that was backed up; undefined where the source has none, or they could not be read. */
  readonly shareProperties?: ShareProperties | undefined;
}
