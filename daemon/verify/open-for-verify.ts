/** Opening a share to verify it: also one whose store is too damaged for a catalog to be built from it. */
import type { CatalogReader } from "../../catalog/catalog.js";
import { SharestrataError } from "../../core/errors.js";
import { openObjectStore } from "../../store/open-store.js";
import type { ShareStore } from "../../store/share-store.js";
import { WrongStoreError } from "../backup/catch-up.js";
import type { Config, ShareSettings } from "../config/config.js";
import { openShareReader, type OpenOptions } from "../shares/open-share.js";
import { openShareStore } from "../shares/open-store.js";
import { Owned } from "../shares/owned.js";
import type { Siblings } from "../shares/siblings.js";

/** Disposing it closes what is open. */
export interface OpenForVerify extends AsyncDisposable {
  readonly store: ShareStore;
  readonly catalog: CatalogReader | undefined;
  /** Other shares of the tenant; undefined without a catalog. */
  readonly foreign: Siblings | undefined;
  /** Why there is no catalog. */
  readonly reason: SharestrataError | undefined;
}

/** @throws as `openShareReader`; DamagedError when what says what the share is is damaged, or missing from a share with snapshots */
export async function openForVerify(
  config: Config,
  share: ShareSettings,
  options: OpenOptions,
): Promise<OpenForVerify> {
  await using opening = new Owned();
  const objects = opening.use(await openObjectStore(share.store, options));
  const store = await openShareStore(objects, share, options);
  let reader;
  let reason: SharestrataError | undefined;
  try {
    reader = opening.use(await openShareReader(config, share, options));
  } catch (error) {
    const isDamaged = error instanceof SharestrataError && error.code === "DAMAGED";
    if (!isDamaged || error instanceof WrongStoreError) throw error;
    reason = error;
  }
  const owned = opening.move();
  const { catalog, foreign } = reader ?? {};
  return { store, catalog, foreign, reason, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() };
}
