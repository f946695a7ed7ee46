/** The checkpoint that a backup makes when one is due. The snapshot is published by then, and nothing here can undo it. */
import { environmentBytes } from "../../catalog/environments.js";
import { messageOf } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import { formatShareName } from "../../core/names.js";
import { CHECKPOINT_LIMITS, isCheckpointDue, type CheckpointLimits } from "./policy.js";
import { usableCheckpoints } from "./usable.js";
import { writeCheckpoint, type CheckpointParts } from "./write-checkpoint.js";

export interface AfterBackupOptions extends CheckpointParts {
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
  /** Default: `CHECKPOINT_LIMITS`. */
  readonly limits?: CheckpointLimits | undefined;
  /** Called before one is written. */
  readonly onDue?: (() => void) | undefined;
}

/**
 * Writes a checkpoint when one is due. What goes wrong is a warning, and an abort ends it without one: the backup
 * has done what it was asked for, and the next one tries again.
 */
export async function checkpointWhenDue(options: AfterBackupOptions): Promise<void> {
  const { store, logger, signal } = options;
  const share = formatShareName(store.share);
  try {
    if (!(await isDue(options))) return;
    options.onDue?.();
    const { snapshot } = await writeCheckpoint(options, signal);
    logger.info({ share, snapshot }, "a checkpoint of the catalog is in the store");
  } catch (error) {
    if (signal?.aborted === true) logger.info({ share }, "the checkpoint of the catalog was called off");
    else logger.warn({ share }, `no checkpoint of the catalog was made: ${messageOf(error)}`);
  }
}

async function isDue({
  store,
  catalog,
  logger,
  signal,
  limits = CHECKPOINT_LIMITS,
}: AfterBackupOptions): Promise<boolean> {
  const catalogBytes = (["tree", "identities", "dedup"] as const)
    .map((name) => environmentBytes(catalog.folder, name))
    .reduce((sum, bytes) => sum + bytes, 0);
  const need = { versions: catalog.next().version - 1, catalogBytes };
  // Without one it would be due soonest: a small share does not even ask the store.
  if (!isCheckpointDue({ ...need, checkpointed: 0 }, limits)) return false;
  for await (const { versions } of usableCheckpoints(store, { signal, logger })) {
    return isCheckpointDue({ ...need, checkpointed: versions }, limits);
  }
  return true;
}
