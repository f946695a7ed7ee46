/**
 * Room for the next transaction, asked for before it begins. A commit that fails for want of it does no harm (commit.ts), but
 * says so on stderr in LMDB's words besides ours.
 */
import { statfsSync } from "node:fs";
import { SharestrataError } from "../core/errors.js";

/** A batch of 8 192 changes that all fall into different leaves rewrites 32 MiB of them, and the pages above. */
const NEEDED_BYTES = 64 * 1024 * 1024;

/** @throws SharestrataError `STORE_FULL` */
export function expectRoom(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= NEEDED_BYTES) return;
  throw new SharestrataError(
    "STORE_FULL",
    `Too little space is left for the catalog in ${folder} (64 MiB are needed): make room and run the backup again, it goes on from there.`,
    { where: folder },
  );
}

/**
 * Room for a copy of an environment.
 * @param folder of the copy @throws SharestrataError `STORE_FULL`
 */
export function expectRoomForCopy(folder: string, neededBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < neededBytes + NEEDED_BYTES) throw noRoomForCopy(folder, neededBytes);
}

export function noRoomForCopy(folder: string, neededBytes: number, cause?: unknown): SharestrataError {
  const needed = Math.ceil(neededBytes / 2 ** 20);
  return new SharestrataError(
    "STORE_FULL",
    `Too little space is left for a copy of the catalog in ${folder} (${needed} MiB are needed).`,
    { where: folder },
    cause,
  );
}
