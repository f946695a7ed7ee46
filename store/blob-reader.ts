/**
 * Reading content back, blob by blob. Every byte returned has been verified against the SHA-256 it was stored with.
 * Bundle indexes are kept up to a number of bytes; blobs are not (that is for the mount to decide), but those who ask
 * for the same one at the same time share one read.
 */
import { LRUCache } from "lru-cache";
import { DamagedError } from "../core/errors.js";
import type { BundleId, ContentId } from "../core/ids.js";
import type { BundleIndex } from "./bundles/bundle-index.js";
import { memberOf, readBundleIndex, readMember } from "./bundles/bundle-reader.js";
import { decodeBlobObject } from "./content/blob-object.js";
import type { BlobCodec } from "./content/codec.js";
import { SingleFlight } from "./content/single-flight.js";
import { ZstdCodec } from "./content/zstd-codec.js";
import { damaged } from "./envelope.js";
import type { IoOptions } from "./object-store.js";
import type { ShareStore } from "./share-store.js";
import { StretchReader, type Neighbours } from "./stretch-reader.js";

/** Where a blob lies: what the catalog knows of a content that is not a list. */
export type BlobLocation = { readonly kind: "bundled"; readonly bundleId: BundleId } | { readonly kind: "blob" };

export interface BlobReaderOptions {
  readonly store: ShareStore;
  /** How much the kept bundle indexes may take. Default: 32 MiB, about 500 000 blobs. */
  readonly indexCacheBytes?: number | undefined;
}

export interface BlobReadOptions extends IoOptions {
  /** Reads neighbours in a bundle along with the blob, for these. Default: the blob alone. */
  readonly neighbours?: Neighbours | undefined;
}

const INDEX_CACHE_BYTES = 32 * 1024 * 1024;
const NOTHING = new Uint8Array(0);

export class BlobReader {
  readonly #store: ShareStore;
  readonly #codec: BlobCodec;
  readonly #indexes: LRUCache<BundleId, BundleIndex>;
  readonly #indexFlights = new SingleFlight<BundleId, BundleIndex>();
  readonly #stretches: StretchReader;
  readonly #blobFlights = new SingleFlight<string, Uint8Array>();

  constructor({ store, indexCacheBytes = INDEX_CACHE_BYTES }: BlobReaderOptions) {
    this.#store = store;
    this.#codec = new ZstdCodec(store.settings.compressionLevel);
    this.#stretches = new StretchReader(store, this.#codec);
    this.#indexes = new LRUCache({ maxSize: indexCacheBytes, sizeCalculation: (index) => index.heldBytes });
  }

  /**
   * @returns the plain bytes, verified; shared with others who asked at the same time, so they must not be changed
   * @throws DamagedError naming the object and, where it concerns one blob, `fields.contentId`; also when the object
   * is missing. SharestrataError `NEWER_FORMAT`; StoreError; the signal's reason
   */
  async read(contentId: ContentId, location: BlobLocation, options: BlobReadOptions = {}): Promise<Uint8Array> {
    if (contentId === 0) return NOTHING;
    const key = location.kind === "blob" ? `${contentId}` : `${contentId}:${location.bundleId}`;
    const { neighbours, signal } = options;
    return this.#blobFlights.run(key, (given) => this.#fetchTwice(contentId, location, given, neighbours), signal);
  }

  /** The index of a bundle, kept for the next who asks: which blobs are neighbours, and where. @throws as `read` */
  async bundleIndex(bundleId: BundleId, options: IoOptions = {}): Promise<BundleIndex> {
    const kept = this.#indexes.get(bundleId);
    if (kept) return kept;
    return this.#indexFlights.run(
      bundleId,
      async (signal) => {
        const { objects, names, sealing } = this.#store;
        const index = await readBundleIndex(objects, names, bundleId, sealing, { signal });
        this.#indexes.set(bundleId, index);
        return index;
      },
      options.signal,
    );
  }

  /** Once more from the store itself, where what is wrong may be what was kept of it. */
  async #fetchTwice(
    contentId: ContentId,
    location: BlobLocation,
    signal: AbortSignal,
    neighbours: Neighbours | undefined,
  ): Promise<Uint8Array> {
    try {
      return await this.#fetch(contentId, location, signal, neighbours);
    } catch (error) {
      const { objects, names } = this.#store;
      const name = location.kind === "bundled" ? names.bundle(location.bundleId) : names.blob(contentId);
      if (!(error instanceof DamagedError) || !(await objects.forget?.(name))) throw error;
      return this.#fetch(contentId, location, signal, undefined);
    }
  }

  async #fetch(
    contentId: ContentId,
    location: BlobLocation,
    signal: AbortSignal,
    neighbours: Neighbours | undefined,
  ): Promise<Uint8Array> {
    const { objects, names, sealing } = this.#store;
    if (location.kind === "bundled") {
      const name = names.bundle(location.bundleId);
      const index = await this.bundleIndex(location.bundleId, { signal });
      if (neighbours) return this.#stretches.read(location.bundleId, index, contentId, neighbours);
      return readMember(objects, name, memberOf(index, name, contentId), this.#codec, sealing, { signal });
    }
    const name = names.blob(contentId);
    const object = await objects.get(name, { signal });
    if (object === undefined) throw damaged(name, "is missing", undefined, contentId);
    return decodeBlobObject(name, contentId, object, this.#codec, sealing);
  }
}
