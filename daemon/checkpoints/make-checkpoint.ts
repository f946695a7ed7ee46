/** A checkpoint because somebody asks for it, whatever the policy says. */
import { DamagedError, SharestrataError } from "../../core/errors.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { silentLogger } from "../../core/logger.js";
import { formatShareName } from "../../core/names.js";
import type { Checkpoint } from "../../store/checkpoints/checkpoint.js";
import type { ShareStore } from "../../store/share-store.js";
import type { CatchUpParts } from "../backup/catch-up.js";
import { catchUp } from "../backup/catch-up.js";
import { leased, type LeaseSettings } from "../lease/leased.js";
import { type CheckpointOptions, usableCheckpoints } from "./usable.js";
import { writeCheckpoint } from "./write-checkpoint.js";

export interface MadeCheckpoint {
  readonly snapshot: SnapshotNumber;
  /** Whether it was written now: not when there was one of the newest snapshot already that verifies from end to end. */
  readonly written: boolean;
  /** What it takes in the store, but for its record. */
  readonly storedBytes: number;
}

export interface MakeCheckpointParts extends CatchUpParts {
  readonly lease?: LeaseSettings | undefined;
}

/**
 * Reads all of the one that is there, if there is one of the newest snapshot, and replaces it where it is damaged.
 * @throws SharestrataError `SHARE_BUSY`; `LEASE_LOST`; `SNAPSHOT_UNKNOWN` when there is no snapshot yet; `FAILED` when an interrupted
 * backup is unfinished; what `writeCheckpoint` throws
 */
export async function makeCheckpoint(parts: MakeCheckpointParts, signal?: AbortSignal): Promise<MadeCheckpoint> {
  const { store, catalog, logger } = parts;
  const share = formatShareName(store.share);
  await using _claim = await catalog.claim();
  await catchUp(parts, signal);
  const newest = catalog.snapshots().at(-1)?.number;
  if (newest === undefined) {
    throw new SharestrataError("SNAPSHOT_UNKNOWN", `${share} has no snapshot yet: run sharestrata backup ${share}.`, {
      share,
    });
  }
  if (catalog.unfinished()) {
    throw new SharestrataError(
      "FAILED",
      `An interrupted backup of ${share} is unfinished: run sharestrata backup ${share} first, which goes on with it.`,
      { share },
    );
  }
  const there = await newestCheckpoint(store, newest, { signal, logger });
  if (there?.isWhole) return { snapshot: newest, written: false, storedBytes: storedBytes(there.checkpoint) };
  return await leased({ ...parts, signal }, async (own) => {
    if (there) await own.store.checkpoints.delete(newest, { signal: own.signal });
    const checkpoint = await writeCheckpoint({ ...parts, store: own.store }, own.signal);
    return { snapshot: newest, written: true, storedBytes: storedBytes(checkpoint) };
  });
}

/** The checkpoint of the newest snapshot, verified from end to end. */
async function newestCheckpoint(
  store: ShareStore,
  newest: SnapshotNumber,
  { signal, logger = silentLogger }: CheckpointOptions,
): Promise<{ readonly checkpoint: Checkpoint; readonly isWhole: boolean } | undefined> {
  for await (const checkpoint of usableCheckpoints(store, { signal, logger })) {
    if (checkpoint.snapshot !== newest) return undefined;
    try {
      await store.checkpoints.verify(checkpoint, { signal });
      return { checkpoint, isWhole: true };
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      logger.warn(
        { share: formatShareName(store.share), snapshot: newest },
        `${error.message} The checkpoint is made anew.`,
      );
      return { checkpoint, isWhole: false };
    }
  }
  return undefined;
}

function storedBytes({ files }: Checkpoint): number {
  return files.flatMap(({ parts }) => parts).reduce((sum, { object }) => sum + object.sizeBytes, 0);
}
