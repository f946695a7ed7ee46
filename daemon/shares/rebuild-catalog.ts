/**
 * Building a share's catalog anew because somebody asks for it. The one that is there stays in use until the new one is
 * whole. It is claimed meanwhile, so that no backup writes to what is about to be replaced; one that is missing or
 * too damaged to be claimed is in nobody's use.
 */
import { statSync } from "node:fs";
import { environmentFile } from "../../catalog/environments.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { SharestrataError } from "../../core/errors.js";
import { openObjectStore } from "../../store/open-store.js";
import type { Config, ShareSettings } from "../config/config.js";
import { buildBeside, moveIntoPlace, unusable, type BuildOptions, type BuiltCatalog } from "./build-catalog.js";
import type { Keys } from "../keys/keys.js";
import { openShareStore } from "./open-store.js";
import { Owned } from "./owned.js";
import { stateFolders } from "./state-folders.js";

export interface RebuildOptions extends BuildOptions {
  /** Asked for what opens the share, when it is encrypted. */
  readonly keys?: Keys | undefined;
  /** Told before the building begins: how many snapshots the store has. */
  readonly onSnapshots?: ((count: number) => void) | undefined;
}

export interface RebuiltCatalog extends BuiltCatalog {
  /** Whether there was a catalog, and whether it could be used. */
  readonly before: "usable" | "unusable" | "missing";
  /** How many snapshots the catalog has now. */
  readonly snapshots: number;
}

/**
 * This process must not have the catalog open for reading only: LMDB then has no second, writing way in, and the catalog
 * would be taken for one that cannot be used.
 * @throws SharestrataError `SHARE_BUSY` while the share is being backed up; `NEWER_FORMAT` when the catalog was written by
 * a newer version; `STORE_UNINITIALISED`, `DAMAGED`, `STORE_FULL`, `ACCESS_DENIED`, StoreError. Whatever ends it leaves the
 * catalog that is there in use.
 */
export async function rebuildCatalog(
  config: Config,
  share: ShareSettings,
  options: RebuildOptions = {},
): Promise<RebuiltCatalog> {
  const { signal } = options;
  await using objects = await openObjectStore(share.store, { signal });
  const store = await openShareStore(objects, share, options);
  const { catalog: folder } = stateFolders(config, share.name);
  const found = fileId(folder);
  await using claimed = new Owned();
  const before = await claim(folder, claimed);
  let snapshots = 0;
  for await (const _number of store.manifests({ signal })) snapshots++;
  options.onSnapshots?.(snapshots);
  const built = await buildBeside(folder, store, options, async (building) => {
    signal?.throwIfAborted();
    // Unclaimed, another process may have built one meanwhile, and be using it.
    const isOther = before !== "usable" && fileId(folder) !== found && (await unusable(folder)) === undefined;
    if (!isOther) await moveIntoPlace(building, folder);
  });
  return { ...built, before, snapshots };
}

/** What a catalog says that is there, but is not to be replaced, or not now. */
const REFUSALS: ReadonlySet<string> = new Set(["SHARE_BUSY", "NEWER_FORMAT", "ACCESS_DENIED", "STORE_FULL"]);

async function claim(folder: string, owner: Owned): Promise<RebuiltCatalog["before"]> {
  await using opening = new Owned();
  try {
    const catalog = opening.use(openCatalog(folder, { create: false }));
    opening.use(await catalog.claim());
    owner.use(withoutFailure(opening.move()));
    return "usable";
  } catch (error) {
    if (error instanceof SharestrataError) {
      if (REFUSALS.has(error.code)) throw error;
      if (error.code === "STORE_UNINITIALISED") return "missing";
    }
    // Whatever LMDB makes of it: it is to be replaced.
    return "unusable";
  }
}

/** A claim dies with this process at the latest, and what is damaged may refuse to give it back. */
function withoutFailure(resource: AsyncDisposable): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => Promise.resolve(resource[Symbol.asyncDispose]()).catch(() => {}) };
}

/** Tells one catalog from another that has taken its place. */
function fileId(folder: string): number | undefined {
  return statSync(environmentFile(folder, "tree"), { throwIfNoEntry: false })?.ino;
}
