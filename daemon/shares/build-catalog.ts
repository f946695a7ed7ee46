/**
 * Building a share's catalog from its store. It is built beside its place and moved there when it is whole, so that
 * nobody takes a part for all of it, whatever ends the building. Two that build at once harm nothing: the first is used.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { openDedupIndex } from "../../catalog/dedup-index.js";
import { environmentFile } from "../../catalog/environments.js";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { OutdatedCatalogError } from "../../catalog/tables.js";
import { SharestrataError, systemCode } from "../../core/errors.js";
import { silentLogger, type Logger } from "../../core/logger.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { formatShareName } from "../../core/names.js";
import type { ShareStore } from "../../store/share-store.js";
import { catchUp, type FoldProgress } from "../backup/catch-up.js";
import { fetchCheckpoint } from "../checkpoints/fetch-checkpoint.js";
import type { StateFolders } from "./state-folders.js";

export interface BuildOptions {
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
  /** Whether checkpoints are passed over. Default: false. */
  readonly fromSegments?: boolean | undefined;
  /** Called with each part of a checkpoint and each segment. */
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
}

export type BuildProgress =
  | { readonly phase: "fetching"; readonly bytes: number; readonly totalBytes: number }
  | ({ readonly phase: "folding" } & FoldProgress);

/** What a catalog was made of. */
export interface BuiltCatalog {
  /** The snapshot of the checkpoint it began with; undefined when that was nothing. */
  readonly checkpoint: SnapshotNumber | undefined;
  /** What was folded behind it. */
  readonly folded: FoldProgress;
}

/** What is being built writes every few seconds; what has not for so long was abandoned. */
const ABANDONED_MS = 60 * 60 * 1000;

/** Builds the catalog, from a checkpoint where there is one, unless there is one that this version can use. */
export async function ensureCatalog(folders: StateFolders, store: ShareStore, options: BuildOptions): Promise<void> {
  const reason = await unusable(folders.catalog);
  if (reason === undefined) return;
  const { logger = silentLogger } = options;
  logger.info({ share: formatShareName(store.share), reason }, "building the catalog from the store");
  await buildBeside(folders.catalog, store, options, async (building) => {
    // Another process may have been quicker.
    if ((await unusable(folders.catalog)) !== undefined) await moveIntoPlace(building, folders.catalog);
  });
  // Where an older version kept it: without its catalog it is of no use.
  await rm(join(dirname(folders.catalog), "dedup"), { recursive: true, force: true });
}

/**
 * Builds the catalog beside its place.
 * @param place called with the folder once the catalog in it is whole; what it leaves there is removed
 */
export async function buildBeside(
  folder: string,
  store: ShareStore,
  options: BuildOptions,
  place: (building: string) => Promise<void>,
): Promise<BuiltCatalog> {
  await removeAbandoned(folder);
  const building = siblingOf(folder, "building");
  try {
    const built = await build(building, store, options);
    await place(building);
    return built;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function build(folder: string, store: ShareStore, options: BuildOptions): Promise<BuiltCatalog> {
  const { signal, logger, fromSegments = false, onProgress } = options;
  const onBytes = (bytes: number, totalBytes: number): void => onProgress?.({ phase: "fetching", bytes, totalBytes });
  const checkpoint = fromSegments ? undefined : await fetchCheckpoint(folder, store, { signal, logger, onBytes });
  await using catalog = openCatalog(folder);
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  const onFolded = (progress: FoldProgress): void => onProgress?.({ phase: "folding", ...progress });
  const folded = await catchUp({ store, catalog, dedup, logger, onFolded }, signal);
  return { checkpoint: checkpoint?.snapshot, folded };
}

/** @returns undefined when this version can use what is there */
export async function unusable(folder: string): Promise<"missing" | "outdated" | undefined> {
  try {
    await openCatalogReader(folder)[Symbol.asyncDispose]();
    return undefined;
  } catch (error) {
    if (error instanceof OutdatedCatalogError) return "outdated";
    if (error instanceof SharestrataError && error.code === "STORE_UNINITIALISED") return "missing";
    throw error;
  }
}

/** Puts a catalog in the place of the one that is there, if any. */
export async function moveIntoPlace(building: string, folder: string): Promise<void> {
  const aside = siblingOf(folder, "outdated");
  if (existsSync(folder)) await rename(folder, aside);
  try {
    await rename(building, folder);
  } catch (error) {
    const code = systemCode(error);
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
  // Whoever has it open goes on reading: the files are gone when the last one closes them.
  await rm(aside, { recursive: true, force: true });
}

function siblingOf(folder: string, what: "building" | "outdated"): string {
  return `${folder}.${what}-${process.pid}-${randomBytes(4).toString("hex")}`;
}

async function removeAbandoned(folder: string): Promise<void> {
  const parent = dirname(folder);
  if (!existsSync(parent)) return;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(folder)}.`)) continue;
    const path = join(parent, name);
    const lastWrite = await lastWriteMs(path);
    if (lastWrite !== undefined && Date.now() - lastWrite > ABANDONED_MS)
      await rm(path, { recursive: true, force: true });
  }
}

/** Of a checkpoint, one file after the other is fetched. @returns undefined when there is none yet */
async function lastWriteMs(folder: string): Promise<number | undefined> {
  const files = (["tree", "identities", "dedup"] as const).map((name) => environmentFile(folder, name));
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  const times = found.flatMap((one) => (one ? [one.mtimeMs] : []));
  return times.length === 0 ? undefined : Math.max(...times);
}
