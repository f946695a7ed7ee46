/** A checkpoint because somebody asks for it, whatever the policy says. */
import { SharestrataError } from "../../core/errors.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { formatShareName } from "../../core/names.js";
import type { CatchUpParts } from "../backup/catch-up.js";
import { catchUp } from "../backup/catch-up.js";
import { leased, type LeaseSettings } from "../lease/leased.js";
import { usableCheckpoints } from "./usable.js";
import { writeCheckpoint } from "./write-checkpoint.js";

export interface MadeCheckpoint {
  readonly snapshot: SnapshotNumber;
  /** Whether it was written now: not when there was a usable one of the newest snapshot already. */
  readonly written: boolean;
  /** What it takes in the store, but for its record. */
  readonly storedBytes: number;
}

export interface MakeCheckpointParts extends CatchUpParts {
  readonly lease?: LeaseSettings | undefined;
}

/**
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
  for await (const checkpoint of usableCheckpoints(store, { signal, logger })) {
    if (checkpoint.snapshot === newest)
      return { snapshot: newest, written: false, storedBytes: storedBytes(checkpoint) };
    break;
  }
  const checkpoint = await leased({ ...parts, signal }, (own) =>
    writeCheckpoint({ ...parts, store: own.store }, own.signal),
  );
  return { snapshot: newest, written: true, storedBytes: storedBytes(checkpoint) };
}

function storedBytes({ files }: Awaited<ReturnType<typeof writeCheckpoint>>): number {
  return files.flatMap(({ parts }) => parts).reduce((sum, { object }) => sum + object.sizeBytes, 0);
}
