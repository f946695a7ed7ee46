/**
 * A share of the configuration, opened: its store and its catalog, for reading (any number of processes) or for a
 * backup (one). The store is asked first, so that a share which was never initialised, or was written by a newer
 * version, says so before anything is made on this machine.
 */
import type { Catalog, CatalogReader } from "../../catalog/catalog.js";
import { type DedupIndex, openDedupIndex } from "../../catalog/dedup-index.js";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { SharestrataError } from "../../core/errors.js";
import type { ShareName } from "../../core/names.js";
import { openObjectStore } from "../../store/open-store.js";
import { ShareStore } from "../../store/share-store.js";
import { catchUp } from "../backup/catch-up.js";
import type { Config, ShareSettings } from "../config/config.js";
import { Owned } from "./owned.js";
import { stateFolders } from "./state-folders.js";

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Disposing it closes catalog and store. */
export interface OpenShareReader extends AsyncDisposable {
  readonly name: ShareName;
  readonly catalog: CatalogReader;
  readonly store: ShareStore;
}

/** Disposing it closes catalog, dedup index and store. */
export interface OpenShareWriter extends AsyncDisposable {
  readonly name: ShareName;
  readonly catalog: Catalog;
  readonly dedup: DedupIndex;
  readonly store: ShareStore;
}

/**
 * Opens a share for reading. A catalog that this machine has not got yet is built from the store first.
 * @throws SharestrataError `STORE_UNINITIALISED`, `NEWER_FORMAT`, `ACCESS_DENIED`, `UNREACHABLE`, `DAMAGED`
 */
export async function openShareReader(
  config: Config,
  share: ShareSettings,
  options: OpenOptions = {},
): Promise<OpenShareReader> {
  await using opening = new Owned();
  const store = await openStore(opening, share, options);
  const catalog = opening.use(await catalogReader(config, share, store, options));
  const owned = opening.move();
  return { name: share.name, catalog, store, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() };
}

/**
 * Opens a share for a backup.
 * @throws as `openShareReader`
 */
export async function openShareWriter(
  config: Config,
  share: ShareSettings,
  options: OpenOptions = {},
): Promise<OpenShareWriter> {
  await using opening = new Owned();
  const store = await openStore(opening, share, options);
  const folders = stateFolders(config, share.name);
  const catalog = opening.use(openCatalog(folders.catalog));
  const dedup = opening.use(openDedupIndex(folders.dedup));
  const owned = opening.move();
  return { name: share.name, catalog, dedup, store, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() };
}

async function openStore(owner: Owned, share: ShareSettings, { signal }: OpenOptions): Promise<ShareStore> {
  const objects = owner.use(await openObjectStore(share.store, { signal }));
  return ShareStore.open(objects, share.name, { signal });
}

async function catalogReader(
  config: Config,
  share: ShareSettings,
  store: ShareStore,
  options: OpenOptions,
): Promise<CatalogReader> {
  const { catalog } = stateFolders(config, share.name);
  try {
    return openCatalogReader(catalog);
  } catch (error) {
    if (!(error instanceof SharestrataError) || error.code !== "STORE_UNINITIALISED") throw error;
  }
  await buildCatalog(config, share, store, options);
  return openCatalogReader(catalog);
}

async function buildCatalog(
  config: Config,
  share: ShareSettings,
  store: ShareStore,
  { signal }: OpenOptions,
): Promise<void> {
  const folders = stateFolders(config, share.name);
  await using catalog = openCatalog(folders.catalog);
  await using dedup = openDedupIndex(folders.dedup);
  await using _claim = await catalog.claim();
  await catchUp({ store, catalog, dedup }, signal);
}
