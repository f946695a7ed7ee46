import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { ContentId } from "../../../core/ids.js";
import { SharedBlobCache } from "../../../fs/content/shared-blob-cache.js";
import { MOST_USERS } from "../../../fs/content/shared/layout.js";
import { messageOf, startThread } from "../../support/thread.js";
import { blobOf } from "./support/blobs.js";
import type { CacheOrder } from "./support/cache-thread.js";

const KIB = 1024;
const PROGRAM = join(import.meta.dirname, "support", "cache-thread.ts");
const id = (n: number): ContentId => n as ContentId;

function read(cache: SharedBlobCache, slot: number, n: number, start = 0): Buffer | undefined {
  const blob = blobOf(n);
  const views = cache.view(slot, id(n), blob.length, start, blob.length);
  return views && Buffer.concat(views);
}

describe("within one thread", () => {
  const operation = fc.record({
    kind: fc.constantFrom("put", "view", "claim", "abandon", "release"),
    slot: fc.integer({ min: 0, max: 1 }),
    n: fc.integer({ min: 1, max: 30 }),
    start: fc.nat(49_999),
  });

  it("holds what was put last, never more than its budget, and never other bytes than were put", () => {
    const property = fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const cache = SharedBlobCache.create(300 * KIB);
      const loading = new Set<string>();
      const held: { readonly views: Uint8Array[]; readonly bytes: Buffer }[] = [];
      for (const { kind, slot, n, start } of operations) {
        const blob = blobOf(n);
        const key = `${slot}:${n}`;
        if (kind === "put") {
          const isKept = cache.put(slot, id(n), blob);
          loading.delete(key);
          // Nothing is pinned, and nothing else is loading: then there is room for it.
          if (held.length === 0 && loading.size === 0) expect(isKept).toBe(true);
          expect(cache.copy(slot, id(n), blob.length, 0, blob.length)?.length).toBe(isKept ? blob.length : undefined);
        } else if (kind === "view") {
          const from = start % blob.length;
          const views = cache.view(slot, id(n), blob.length, from, blob.length);
          if (views) held.push({ views, bytes: blob.subarray(from) });
        } else if (kind === "claim") {
          const claim = cache.claim(slot, id(n));
          if (loading.has(key)) expect(claim).toBe("loading");
          if (claim === "claimed") loading.add(key);
        } else if (kind === "abandon") {
          cache.abandon(slot, id(n));
          loading.delete(key);
        } else {
          cache.release();
          held.length = 0;
        }
        expect(cache.sizeBytes).toBeLessThanOrEqual(300 * KIB);
        for (const { views, bytes } of held) expect(Buffer.compare(Buffer.concat(views), bytes)).toBe(0);
      }
    });
    fc.assert(property, { numRuns: 150 });
  });

  it("lets go of what was not asked for, before what was", () => {
    const cache = SharedBlobCache.create(300 * KIB);
    for (let n = 1; n <= 200; n++) {
      cache.put(0, id(n), blobOf(n));
      // Asked for again and again.
      if (n > 1) expect(read(cache, 0, 1)).toBeDefined();
      cache.release();
    }
    expect(read(cache, 0, 2)).toBeUndefined();
    expect(read(cache, 0, 200)?.equals(blobOf(200))).toBe(true);
  });

  it("keeps shares apart, and ids beyond 32 bits", () => {
    const cache = SharedBlobCache.create(300 * KIB);
    cache.put(0, id(1), Buffer.from("a"));
    cache.put(1, id(1), Buffer.from("b"));
    cache.put(0, id(2 ** 32 + 1), Buffer.from("c"));
    const texts = [
      cache.copy(0, id(1), 1, 0, 1),
      cache.copy(1, id(1), 1, 0, 1),
      cache.copy(0, id(2 ** 32 + 1), 1, 0, 1),
    ];
    expect(texts.map((bytes) => bytes && Buffer.from(bytes).toString())).toEqual(["a", "b", "c"]);
  });

  it("finds nothing for a size that the blob does not have", () => {
    const cache = SharedBlobCache.create(300 * KIB);
    cache.put(0, id(1), Buffer.from("abc"));
    expect(cache.view(0, id(1), 4, 0, 1)).toBeUndefined();
  });

  it("hands out copies when a thread has more views than there are pins", () => {
    const cache = SharedBlobCache.create(4000 * KIB);
    const all = Array.from({ length: 100 }, (_, n) => {
      cache.put(0, id(n + 1), blobOf(n + 1));
      return cache.view(0, id(n + 1), blobOf(n + 1).length, 0, blobOf(n + 1).length);
    });
    for (const [n, views] of all.entries()) expect(Buffer.concat(views ?? []).equals(blobOf(n + 1))).toBe(true);
    cache.release();
  });

  it.each([0, 100, 10_000, 20_000])("keeps what fits into %d bytes, be it nothing", (maxBytes) => {
    const cache = SharedBlobCache.create(maxBytes);
    const isKept = cache.put(0, id(1), Buffer.from("abc"));
    expect(cache.copy(0, id(1), 3, 0, 3) !== undefined).toBe(isKept);
    expect(cache.claim(0, id(2))).toBe(isKept ? "claimed" : "off");
    cache.abandon(0, id(2));
    cache.release();
  });

  it("takes no more users than it has room for", () => {
    const cache = SharedBlobCache.create(300 * KIB);
    for (let n = 1; n < MOST_USERS; n++) SharedBlobCache.attach(cache.handle);
    expect(() => SharedBlobCache.attach(cache.handle)).toThrow(RangeError);
  });
});

describe("between threads", () => {
  const started: Worker[] = [];
  afterEach(async () => {
    for (const worker of started.splice(0)) await worker.terminate();
  });

  function start(cache: SharedBlobCache, kind: CacheOrder["kind"], seed = 1, counter: Int32Array = new Int32Array(2)) {
    const worker = startThread(PROGRAM, { handle: cache.handle, kind, seed, counter } satisfies CacheOrder);
    started.push(worker);
    return { worker, thread: worker.threadId };
  }

  it("gives every thread the right bytes, whatever the others load and evict meanwhile", async () => {
    const cache = SharedBlobCache.create(400 * KIB);
    const threads = [1, 2, 3, 4].map((seed) => start(cache, "hammer", seed).worker);
    const results = await Promise.all(threads.map(messageOf));
    for (const result of results) expect(result).toEqual({ wrong: 0, found: expect.any(Number) as number });
    expect(cache.isOff).toBe(false);
    expect(cache.sizeBytes).toBeLessThanOrEqual(400 * KIB);
  });

  it("has one of many threads load a blob that all want at once", async () => {
    const cache = SharedBlobCache.create(400 * KIB);
    const counter = new Int32Array(new SharedArrayBuffer(8));
    const threads = Array.from({ length: 4 }, () => start(cache, "load once", 4, counter).worker);
    expect(await Promise.all(threads.map(messageOf))).toEqual([true, true, true, true]);
    expect(counter[0]).toBe(1);
  });

  it("wakes who waits, when the blob is there and when it is given up", async () => {
    for (const isLoaded of [true, false]) {
      const cache = SharedBlobCache.create(400 * KIB);
      cache.claim(0, id(1));
      const { worker } = start(cache, "wait");
      expect(await messageOf(worker)).toBe("waits");
      if (isLoaded) cache.put(0, id(1), blobOf(1));
      else cache.abandon(0, id(1));
      expect(await messageOf(worker)).toBe(isLoaded);
    }
  });

  it("gives free what a dead thread was loading and viewing", async () => {
    const cache = SharedBlobCache.create(100 * KIB);
    cache.put(0, id(1), blobOf(1));
    const { worker, thread } = start(cache, "die loading and viewing");
    expect(await messageOf(worker)).toBe("claimed");
    await worker.terminate();
    for (let n = 3; n < 40; n++) cache.put(0, id(n), blobOf(n));
    expect(cache.claim(0, id(2))).toBe("loading");
    expect(read(cache, 0, 1)).toBeDefined();
    cache.release();
    cache.retire(thread);
    expect(cache.claim(0, id(2))).toBe("claimed");
    for (let n = 3; n < 40; n++) cache.put(0, id(n), blobOf(n));
    expect(read(cache, 0, 1)).toBeUndefined();
  });

  it("is switched off by a thread that died with the lock, at once when it is retired, and else when nobody can have it", async () => {
    for (const isRetired of [true, false]) {
      const cache = SharedBlobCache.create(100 * KIB);
      cache.put(0, id(1), blobOf(1));
      const views = cache.view(0, id(1), blobOf(1).length, 0, blobOf(1).length);
      const { worker, thread } = start(cache, "die in the lock");
      expect(await messageOf(worker)).toBe("held");
      await worker.terminate();
      if (isRetired) cache.retire(thread);
      expect(cache.put(0, id(2), blobOf(2))).toBe(false);
      expect(cache.isOff).toBe(true);
      expect(cache.claim(0, id(2))).toBe("off");
      expect(read(cache, 0, 1)).toBeUndefined();
      expect(Buffer.concat(views ?? []).equals(blobOf(1))).toBe(true);
    }
  });
});
