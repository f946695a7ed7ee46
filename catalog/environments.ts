/** The LMDB environments of a catalog as files: where each lies, what it takes, and copies of it. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RootDatabase } from "lmdb";
import { messageOf, systemCode } from "../core/errors.js";
import { expectRoomForCopy, noRoomForCopy } from "./room.js";

/** Folders within the catalog's. */
const FOLDERS = { tree: ".", identities: "identities", dedup: "dedup" } as const;
export type EnvironmentName = keyof typeof FOLDERS;

const SECTOR_BYTES = 512;

/** @param folder the catalog's */
export function environmentFile(folder: string, name: EnvironmentName): string {
  return join(folder, FOLDERS[name], "data.mdb");
}

/** What it takes on disk, as `du` says; 0 when there is none. */
export function environmentBytes(folder: string, name: EnvironmentName): number {
  return (statSync(environmentFile(folder, name), { throwIfNoEntry: false })?.blocks ?? 0) * SECTOR_BYTES;
}

/**
 * Writes a compact copy of what is committed: dense, without free pages. LMDB copies on a thread of its own, and a
 * writer is not held up; the copy cannot be called off.
 * @param file of the environment
 * @param folder made when missing, and empty
 * @throws SharestrataError `STORE_FULL`
 */
export async function copyEnvironment(
  environment: Pick<RootDatabase, "backup">,
  file: string,
  folder: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const neededBytes = statSync(file).blocks * SECTOR_BYTES;
  expectRoomForCopy(folder, neededBytes);
  try {
    await environment.backup(folder, true);
  } catch (error) {
    if (systemCode(error) !== "ENOSPC" && !/no space/i.test(messageOf(error))) throw error;
    throw noRoomForCopy(folder, neededBytes, error);
  }
}
