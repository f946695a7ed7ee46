/** Files a LocalStore is just writing. A crash leaves them behind; they are never objects, whatever they hold. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../core/clock.js";
import { systemCode } from "../../core/errors.js";
import { timeToMs } from "../../core/time.js";

export const TEMPORARY_FOLDER = ".tmp";

/**
 * Older ones belong to nobody: a file is written and renamed within seconds, minutes on a slow disk. Removing one
 * that is still being written would make that write fail, not succeed with wrong bytes.
 */
const OLD_MS = 24 * 60 * 60 * 1000;

/** Removes what no running process can still be writing. What cannot be removed stays. */
export async function removeOldTemporaryFiles(root: string, clock: Clock): Promise<void> {
  const folder = join(root, TEMPORARY_FOLDER);
  const oldest = timeToMs(clock.now()) - OLD_MS;
  for (const name of await namesIn(folder)) {
    try {
      const path = join(folder, name);
      if ((await stat(path)).mtimeMs < oldest) await rm(path);
    } catch {
      // Gone by now, or not ours to remove: a leftover costs space, and a store opened only for reading is fine.
    }
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}
