/**
 * A share of the configuration, opened: its store and its catalog, for reading (any number of processes) or for a
 * backup (one). The store is asked first, so that a share which was never initialised, or was written by a newer
 * version, says so before anything is made on this machine.
 */
import type { Catalog, CatalogReader } from "../../catalog/catalog.js";
import { type DedupIndex, openDedupIndex } from "../../catalog/dedup-index.js";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { SharestrataError } from "../../core/errors.js";
import { silentLogger, type Logger } from "../../core/logger.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import { openObjectStore } from "../../store/open-store.js";
import type { DiskCache } from "../../store/disk-cache/disk-cache.js";
import type { ShareStore } from "../../store/share-store.js";
import { DiskCachedStore } from "../../store/wrappers/disk-cached-store.js";
import { catchUp, expectOrigin, expectRightStore, WrongStoreError } from "../backup/catch-up.js";
import type { Config, ShareSettings } from "../config/config.js";
import type { Keys } from "../keys/keys.js";
import type { Losses } from "../backup/losses.js";
import type { SiblingContents } from "../backup/sibling-contents.js";
import { openShareStore } from "./open-store.js";
import type { TenantUse } from "../prune/tenant-use.js";
import { ensureCatalog } from "./build-catalog.js";
import { readLosses } from "./losses-file.js";
import { openSiblingContents } from "./open-sibling-contents.js";
import { expectKnownShare } from "./known-share.js";
import { dropOthers, keepRecords, mendManifests, mendShare } from "./mend-records.js";
import { Owned } from "./owned.js";
import { RecordCopies } from "./record-copies.js";
import { Siblings } from "./siblings.js";
import { stateFolders, type StateFolders } from "./state-folders.js";
import { tenantUse } from "./tenant-use.js";

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears when the catalog is built, and when it cannot be brought up to the store. */
  readonly logger?: Logger | undefined;
  /** Asked for what opens the share, when it is encrypted. */
  readonly keys?: Keys | undefined;
  /** Keeps what a reader reads of contents, where the store lies elsewhere. Default: it is read each time. */
  readonly diskCache?: DiskCache | undefined;
}

/** Disposing it closes catalog and store. */
export interface OpenShareReader extends AsyncDisposable {
  readonly name: ShareName;
  readonly catalog: CatalogReader;
  readonly store: ShareStore;
  /** What other shares of the tenant have stored for this one. */
  readonly foreign: Siblings;
}

/** Disposing it closes catalog, dedup index and store. */
export interface OpenShareWriter extends AsyncDisposable {
  readonly name: ShareName;
  readonly catalog: Catalog;
  readonly dedup: DedupIndex;
  /** What verifying has found lost in the store. */
  readonly lost: Losses;
  readonly store: ShareStore;
  /** What other shares of the tenant have stored. Asked under the lease; undefined where the share keeps to itself. */
  readonly siblings: (() => Promise<SiblingContents>) | undefined;
  /** What other shares of the tenant need of this one; undefined where the share keeps to itself. */
  readonly tenant: TenantUse | undefined;
  /** To be called when a snapshot is published: keeps copies of what must not be lost. */
  readonly keepRecords: () => Promise<void>;
}

/**
 * Opens a share for reading. A catalog that this machine has not got yet is built from the store first, and snapshots
 * that another machine has made meanwhile are added; when that cannot be, what is known here is shown and a warning logged.
 * @throws SharestrataError `STORE_UNINITIALISED`, `NEWER_FORMAT`, `ACCESS_DENIED`, `UNREACHABLE`, `DAMAGED`, `KEY_REQUIRED`,
 * `WRONG_KEY`
 */
export async function openShareReader(
  config: Config,
  share: ShareSettings,
  options: OpenOptions = {},
): Promise<OpenShareReader> {
  await using opening = new Owned();
  const store = await openStore(opening, share, options);
  const folders = stateFolders(config, share.name);
  await expectKnownShare(store, new RecordCopies(folders.records));
  await ensureCatalog(folders, store, options);
  await addMissing(folders, store, options);
  const catalog = opening.use(openCatalogReader(folders.catalog));
  const foreign = opening.use(
    new Siblings({ config, share, options, openReader: openShareReader, isEncrypted: store.sealing.isSealed }),
  );
  const owned = opening.move();
  return { name: share.name, catalog, store, foreign, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() };
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
  const folders = stateFolders(config, share.name);
  const copies = new RecordCopies(folders.records);
  const objects = opening.use(await openObjectStore(share.store, options));
  await mendShare(objects, share.name, copies, options);
  const store = await openShareStore(objects, share, options);
  await expectKnownShare(store, copies);
  await ensureCatalog(folders, store, options);
  const { catalog, dedup } = openForWriting(opening, folders);
  // Nothing of one share is kept or put back for another.
  expectOrigin(store, catalog);
  await dropOthers(store, copies);
  await mendManifests(store, catalog, copies, options);
  const keep = (): Promise<void> => keepRecords(store, catalog, copies, options);
  await keep();
  const lost = await readLosses(folders.losses);
  const isEncrypted = store.sealing.isSealed;
  const shared = { config, share, options, openReader: openShareReader, isEncrypted };
  const isShared = store.settings.dedupScope === "tenant";
  const owned = opening.move();
  return {
    name: share.name,
    catalog,
    dedup,
    lost,
    store,
    siblings: isShared ? () => openSiblingContents(shared) : undefined,
    tenant: isShared ? tenantUse(shared) : undefined,
    keepRecords: keep,
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

async function openStore(owner: Owned, share: ShareSettings, options: OpenOptions): Promise<ShareStore> {
  const objects = owner.use(await openObjectStore(share.store, options));
  const isFar = objects.nearby?.kind !== "files";
  const read = isFar && options.diskCache ? new DiskCachedStore(objects, options.diskCache) : objects;
  return openShareStore(read, share, options);
}

function openForWriting(
  owner: Owned,
  folders: StateFolders,
): { readonly catalog: Catalog; readonly dedup: DedupIndex } {
  const catalog = owner.use(openCatalog(folders.catalog, { create: false }));
  const dedup = owner.use(openDedupIndex(folders.dedup, () => catalog.next().content));
  return { catalog, dedup };
}

/** Brings the catalog up to the store, when the store has snapshots or prune records that it has not. Two list calls when it has none. */
async function addMissing(folders: StateFolders, store: ShareStore, options: OpenOptions): Promise<void> {
  const { signal, logger = silentLogger } = options;
  if (!(await lacksSnapshots(folders, store, options))) return;
  try {
    await using opening = new Owned();
    const parts = { ...openForWriting(opening, folders), store, logger };
    await using _claim = await parts.catalog.claim();
    await catchUp(parts, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SharestrataError) || error instanceof WrongStoreError) throw error;
    const fields = { share: formatShareName(store.share), code: error.code, reason: error.message };
    logger.warn(fields, "the store has newer snapshots, or a prune has removed some, which cannot be shown now");
  }
}

async function lacksSnapshots(
  { catalog: folder }: StateFolders,
  store: ShareStore,
  { signal, logger }: OpenOptions,
): Promise<boolean> {
  await using catalog = openCatalogReader(folder);
  expectOrigin(store, catalog);
  const after = catalog.snapshots().at(-1)?.number;
  for await (const _number of store.manifests({ signal, ...(after === undefined ? {} : { after }) })) {
    // They may be another store's.
    await expectRightStore(store, catalog, logger, signal);
    return true;
  }
  return (await store.prunes.numbers(catalog.prune() ?? 0, { signal })).length > 0;
}
