// A thread of shared-blob-cache.test.ts: does with the cache what it is told to, and says what it found.
import { parentPort, threadId, workerData } from "node:worker_threads";
import type { ContentId } from "../../../../core/ids.js";
import { SharedBlobCache, type BlobCacheHandle } from "../../../../fs/content/shared-blob-cache.js";
import { Header, layoutOf } from "../../../../fs/content/shared/layout.js";
import { blobOf } from "./blobs.js";

export interface CacheOrder {
  readonly handle: BlobCacheHandle;
  readonly kind: "hammer" | "load once" | "die in the lock" | "die loading and viewing" | "wait";
  readonly seed: number;
  /** Counts who has loaded, and whom a thread waits for. */
  readonly counter: Int32Array;
}

const { handle, kind, seed, counter } = workerData as CacheOrder;
const cache = SharedBlobCache.attach(handle);

switch (kind) {
  case "hammer":
    parentPort?.postMessage(hammer());
    break;
  case "load once":
    parentPort?.postMessage(loadOnce());
    break;
  case "die in the lock": {
    const { header, users } = layoutOf(handle.memory);
    Atomics.store(header, Header.lock, users.indexOf(threadId + 1) + 1);
    parentPort?.postMessage("held");
    break;
  }
  case "die loading and viewing":
    cache.view(0, 1 as ContentId, blobOf(1).length, 0, 1);
    parentPort?.postMessage(cache.claim(0, 2 as ContentId));
    break;
  case "wait":
    parentPort?.postMessage("waits");
    cache.wait(0, 1 as ContentId, 60_000);
    parentPort?.postMessage(cache.view(0, 1 as ContentId, blobOf(1).length, 0, 1) !== undefined);
    break;
}

/** Reads 40 blobs in a disorder of its own, loading what is not there. @returns what was wrong, and how often it was there */
function hammer(): { readonly wrong: number; readonly found: number } {
  let [wrong, found] = [0, 0];
  let random = seed;
  for (let i = 0; i < 4000; i++) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    const id = ((random >>> 8) % 40) + 1;
    const blob = blobOf(id);
    const start = (random >>> 4) % blob.length;
    cache.release();
    let views = cache.view(id & 1, id as ContentId, blob.length, start, blob.length);
    if (views) found++;
    else if (cache.claim(id & 1, id as ContentId) === "claimed") {
      if (random % 5 === 0) cache.abandon(id & 1, id as ContentId);
      else cache.put(id & 1, id as ContentId, blob);
      views = cache.view(id & 1, id as ContentId, blob.length, start, blob.length);
    }
    // Others go on evicting while this is held and compared.
    if (views && Buffer.compare(Buffer.concat(views), blob.subarray(start)) !== 0) wrong++;
  }
  cache.release();
  return { wrong, found };
}

/** Starts with all others, and loads if nobody else does. */
function loadOnce(): boolean {
  Atomics.add(counter, 1, 1);
  Atomics.notify(counter, 1);
  for (let seen = Atomics.load(counter, 1); seen < seed; seen = Atomics.load(counter, 1))
    Atomics.wait(counter, 1, seen);
  const blob = blobOf(7);
  if (cache.claim(0, 7 as ContentId) === "claimed") {
    Atomics.add(counter, 0, 1);
    cache.put(0, 7 as ContentId, blob);
  } else {
    cache.wait(0, 7 as ContentId, 60_000);
  }
  const views = cache.view(0, 7 as ContentId, blob.length, 0, blob.length);
  return views !== undefined && Buffer.compare(Buffer.concat(views), blob) === 0;
}
