/** Which checkpoints of a share this version can use. Asking costs a list call, and two reads and a list call for each that is looked at. */
import { CATALOG_FORMAT } from "../../catalog/tables.js";
import { SharestrataError } from "../../core/errors.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { silentLogger, type Logger } from "../../core/logger.js";
import { formatShareName } from "../../core/names.js";
import type { Checkpoint } from "../../store/checkpoints/checkpoint.js";
import type { ShareStore } from "../../store/share-store.js";

export interface CheckpointOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears which checkpoints are passed over, and why. */
  readonly logger?: Logger | undefined;
}

/**
 * Newest first: those whose record verifies, of this version's format, of a snapshot that the store still has so, and with
 * every part there in its size. What the parts hold is not read.
 */
export async function* usableCheckpoints(
  store: ShareStore,
  { signal, logger = silentLogger }: CheckpointOptions,
): AsyncGenerator<Checkpoint> {
  for (const snapshot of await store.checkpoints.list({ signal })) {
    try {
      const checkpoint = await store.checkpoints.get(snapshot, { signal });
      if (checkpoint.catalogFormat !== CATALOG_FORMAT) {
        const fields = { share: formatShareName(store.share), snapshot, format: checkpoint.catalogFormat };
        logger.info(fields, "a checkpoint of another catalog format is passed over");
        continue;
      }
      const { ref } = await store.readManifest(snapshot, { signal });
      if (Buffer.compare(ref.sha256, checkpoint.manifestSha256) !== 0) {
        tellPassedOver(logger, store, snapshot, "its snapshot has another manifest");
        continue;
      }
      await store.checkpoints.expectParts(checkpoint, { signal });
      yield checkpoint;
    } catch (error) {
      if (!isUnusable(error)) throw error;
      tellPassedOver(logger, store, snapshot, error.message);
    }
  }
}

/** Whether it says that a checkpoint cannot be used, and not that the store cannot be reached or the disk is full. */
export function isUnusable(error: unknown): error is SharestrataError {
  return error instanceof SharestrataError && (error.code === "DAMAGED" || error.code === "NEWER_FORMAT");
}

export function tellPassedOver(logger: Logger, store: ShareStore, snapshot: SnapshotNumber, reason: string): void {
  const fields = { share: formatShareName(store.share), snapshot, reason };
  logger.warn(fields, `the catalog's checkpoint of snapshot ${snapshot} cannot be used and is passed over: ${reason}`);
}
