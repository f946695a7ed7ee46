/** Puts a share together for reading, by a mount or a restore, from its opened catalog and store. */
import type { CatalogReader } from "../catalog/catalog.js";
import { BlobReader } from "../store/blob-reader.js";
import type { ShareStore } from "../store/share-store.js";
import type { BlobCache } from "./content/blob-cache.js";
import { ContentReader } from "./content/content-reader.js";
import type { ForeignBlobs } from "./content/foreign-blobs.js";
import { MovedContents } from "./content/moved-contents.js";
import { MetadataReader } from "./metadata-reader.js";
import type { MountedShare } from "./shares.js";

/** Of bundle indexes, for each share: some 125 000 files. A mount may hold many shares open, and its memory is bounded. */
const INDEX_CACHE_BYTES = 8 * 1024 * 1024;

export interface MountedShareParts {
  readonly catalog: CatalogReader;
  readonly store: ShareStore;
  /** Where blobs of other shares are read. Default: nowhere. */
  readonly foreign?: ForeignBlobs | undefined;
  /** One for all shares of the process. */
  readonly cache: BlobCache;
  /** Closes catalog and whatever else was opened for the share. */
  readonly close: () => PromiseLike<void>;
}

/** As a mount has it, and whole files can be streamed from it. */
export interface ReadableShare extends MountedShare {
  readonly content: ContentReader;
}

export function mountedShare({ catalog, store, foreign, cache, close }: MountedShareParts): ReadableShare {
  const name = store.share;
  const blobs = new BlobReader({ store, indexCacheBytes: INDEX_CACHE_BYTES });
  return {
    name,
    catalog,
    content: new ContentReader({
      share: name,
      catalog,
      blobs,
      foreign,
      moved: new MovedContents(catalog, store),
      cache,
      isFar: store.objects.nearby?.kind !== "files",
    }),
    metadata: new MetadataReader(catalog, store),
    recipe: () => ({
      share: name,
      cache: cache.shared.handle,
      cacheSlot: cache.slotOf(name),
      catalogFolder: catalog.folder,
      key: store.sealing.reveal(),
      nearby: store.objects.nearby,
    }),
    retire: (thread) => cache.shared.retire(thread),
    [Symbol.asyncDispose]: close,
  };
}
