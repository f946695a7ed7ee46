/**
 * As blob-reader.ts, on a thread that has nothing else to do: what a disk has is read, opened, decompressed and verified at once.
 * Bundle indexes are kept up to a number of bytes.
 */
import { LRUCache } from "lru-cache";
import type { BundleId, ContentId } from "../core/ids.js";
import type { ShareName } from "../core/names.js";
import type { BlobLocation } from "./blob-reader.js";
import type { BundleIndex, BundleMember } from "./bundles/bundle-index.js";
import { memberOf, readBundleIndexNow, readMemberNow } from "./bundles/bundle-reader.js";
import { decodeBlobObjectNow } from "./content/blob-object.js";
import { Leftovers } from "./content/leftovers.js";
import { ZstdCodec, type Zstd } from "./content/zstd-codec.js";
import { sealingOf } from "./crypto/aes-sealing.js";
import type { Sealing, ShareKey } from "./crypto/sealing.js";
import { damaged } from "./envelope.js";
import { ObjectNames } from "./object-names.js";
import type { ObjectsNow } from "./objects-now.js";

export interface BlobReaderNowOptions {
  readonly share: ShareName;
  /** Undefined where the share is not encrypted. */
  readonly key: ShareKey | undefined;
  readonly objects: ObjectsNow;
  /** The thread's own. */
  readonly zstd: Zstd;
  /** How much the kept bundle indexes may take. */
  readonly indexCacheBytes: number;
}

export class BlobReaderNow {
  readonly #objects: ObjectsNow;
  readonly #names: ObjectNames;
  readonly #sealing: Sealing;
  readonly #codec: ZstdCodec;
  readonly #indexes: LRUCache<BundleId, BundleIndex>;
  readonly #leftovers = new Leftovers();

  constructor({ share, key, objects, zstd, indexCacheBytes }: BlobReaderNowOptions) {
    this.#objects = objects;
    this.#names = new ObjectNames(share);
    this.#sealing = keeping(sealingOf(key), this.#leftovers);
    // Nothing is compressed here, so the level says nothing.
    this.#codec = new ZstdCodec(1, {
      compress: (bytes, level) => zstd.compress(bytes, level),
      decompress: (frame) => this.#leftovers.keep(zstd.decompress(frame)),
    });
    this.#indexes = new LRUCache({ maxSize: indexCacheBytes, sizeCalculation: (index) => index.heldBytes });
  }

  /**
   * @returns the plain bytes, verified, valid until the next call
   * @throws DamagedError, also when the object is missing or cannot be had at once; Error when the disk fails
   */
  read(contentId: ContentId, location: BlobLocation): Uint8Array {
    this.#leftovers.discard();
    if (location.kind === "bundled") {
      const name = this.#names.bundle(location.bundleId);
      const member = memberOf(this.#index(location.bundleId), name, contentId);
      return readMemberNow(this.#objects, name, member, this.#codec, this.#sealing);
    }
    const name = this.#names.blob(contentId);
    const object = this.#objects.get(name);
    if (object === undefined) throw damaged(name, "is missing", undefined, contentId);
    return decodeBlobObjectNow(name, contentId, object, this.#codec, this.#sealing);
  }

  /** The blobs behind one in its bundle, at most `count`; none when the bundle's index is not in memory. */
  *following(contentId: ContentId, bundleId: BundleId, count: number): IterableIterator<BundleMember> {
    const index = this.#indexes.get(bundleId);
    const position = index?.positionOf(contentId) ?? -1;
    if (!index || position < 0) return;
    for (let next = position + 1; next <= position + count; next++) {
      const member = index.at(next);
      if (!member) return;
      yield member;
    }
  }

  #index(bundleId: BundleId): BundleIndex {
    const kept = this.#indexes.get(bundleId);
    if (kept) return kept;
    const index = readBundleIndexNow(this.#objects, this.#names, bundleId, this.#sealing);
    this.#indexes.set(bundleId, index);
    return index;
  }
}

/** A sealing whose opened bytes are given back when they are done with. */
function keeping(sealing: Sealing, leftovers: Leftovers): Sealing {
  if (!sealing.isSealed) return sealing;
  return {
    isSealed: true,
    overheadBytes: sealing.overheadBytes,
    seal: (name, plain, bound) => sealing.seal(name, plain, bound),
    sealInto: (name, plain, bound, into) => sealing.sealInto(name, plain, bound, into),
    open: (name, sealed, bound) => leftovers.keep(sealing.open(name, sealed, bound)),
    reveal: () => sealing.reveal(),
  };
}
