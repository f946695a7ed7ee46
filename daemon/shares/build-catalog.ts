/**
 * Building a share's catalog from its store. It is built beside its place and moved there when it is whole, so that
 * nobody takes a part for all of it, whatever ends the building. Two that build at once harm nothing: the first is used.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { openDedupIndex } from "../../catalog/dedup-index.js";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { OutdatedCatalogError } from "../../catalog/tables.js";
import { SharestrataError, systemCode } from "../../core/errors.js";
import { silentLogger, type Logger } from "../../core/logger.js";
import { formatShareName } from "../../core/names.js";
import type { ShareStore } from "../../store/share-store.js";
import { catchUp } from "../backup/catch-up.js";
import type { StateFolders } from "./state-folders.js";

export interface BuildOptions {
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
}

/** What is being built commits every few seconds; what has not for so long was abandoned. */
const ABANDONED_MS = 60 * 60 * 1000;

/** Builds the catalog unless there is one that this version can use. */
export async function ensureCatalog(folders: StateFolders, store: ShareStore, options: BuildOptions): Promise<void> {
  const reason = await unusable(folders.catalog);
  if (reason === undefined) return;
  const { logger = silentLogger } = options;
  logger.info({ share: formatShareName(store.share), reason }, "building the catalog from the store");
  await removeAbandoned(folders.catalog);
  const building = siblingOf(folders.catalog, "building");
  try {
    await build(building, store, options);
    await moveIntoPlace(building, folders.catalog);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  // Where an older version kept it: without its catalog it is of no use.
  await rm(join(dirname(folders.catalog), "dedup"), { recursive: true, force: true });
}

async function build(folder: string, store: ShareStore, { signal, logger }: BuildOptions): Promise<void> {
  await using catalog = openCatalog(folder);
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  await catchUp({ store, catalog, dedup, logger }, signal);
}

/** @returns undefined when this version can use what is there */
async function unusable(folder: string): Promise<"missing" | "outdated" | undefined> {
  try {
    await openCatalogReader(folder)[Symbol.asyncDispose]();
    return undefined;
  } catch (error) {
    if (error instanceof OutdatedCatalogError) return "outdated";
    if (error instanceof SharestrataError && error.code === "STORE_UNINITIALISED") return "missing";
    throw error;
  }
}

async function moveIntoPlace(building: string, folder: string): Promise<void> {
  // Another process may have been quicker.
  if ((await unusable(folder)) === undefined) return;
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
    const found = await stat(join(path, "data.mdb")).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}
