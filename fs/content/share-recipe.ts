/** What another thread needs to open a share that is open here: plain values, which can be passed to it. */
import type { ShareName } from "../../core/names.js";
import type { ShareKey } from "../../store/crypto/sealing.js";
import type { NearbyObjects } from "../../store/object-store.js";
import type { BlobCacheHandle } from "./shared-blob-cache.js";

export interface ShareRecipe {
  readonly share: ShareName;
  /** Where its blobs are cached, and its number there. */
  readonly cache: BlobCacheHandle;
  readonly cacheSlot: number;
  readonly catalogFolder: string;
  /** Undefined where the share is not encrypted. It never leaves the process. */
  readonly key: ShareKey | undefined;
  /** What of its objects lies on this machine; undefined: nothing but what is cached in memory can be read at once. */
  readonly nearby: NearbyObjects | undefined;
}
