import { expect, test } from "vitest";
import type { BundleId, ContentId } from "../../core/ids.js";
import { StoreError } from "../../core/errors.js";
import { BlobReader } from "../../store/blob-reader.js";
import { ShareStore } from "../../store/share-store.js";
import { CountingStore } from "../../store/wrappers/counting-store.js";
import { locationOf, noise, stored, text } from "./support/content.js";
import { FaultyStore } from "./support/faulty-store.js";
import { localStore, newShare, SHARE } from "./support/stores.js";

const BLOBS = Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? text(1000, i) : noise(900, i)));
const IN_BUNDLE = { kind: "bundled", bundleId: 1 as BundleId } as const;

test("reads the empty content without asking the store", async () => {
  const objects = new CountingStore(await localStore());
  const store = await newShare(objects);
  objects.reset();
  expect(await new BlobReader({ store }).read(0 as ContentId, { kind: "blob" })).toHaveLength(0);
  expect(objects.counts.get + objects.counts.getRange).toBe(0);
});

test("reads a bundle's index once, and a blob once for all who ask at the same time", async () => {
  const objects = new CountingStore(await localStore());
  const store = await newShare(objects);
  await stored(store, BLOBS);
  objects.reset();
  const reader = new BlobReader({ store });
  const ids = BLOBS.map((_, i) => (i + 1) as ContentId);
  const read = await Promise.all([...ids, ...ids].map(async (id) => reader.read(id, IN_BUNDLE)));
  for (const [i, blob] of [...BLOBS, ...BLOBS].entries()) expect(Buffer.compare(read[i] ?? noise(0), blob)).toBe(0);
  expect(objects.counts.getRange).toBe(1 + BLOBS.length);
  await reader.read(1 as ContentId, IN_BUNDLE);
  expect(objects.counts.getRange).toBe(2 + BLOBS.length);
});

test("keeps no more indexes than it may", async () => {
  const objects = new CountingStore(await localStore());
  const store = await newShare(objects);
  await stored(store, BLOBS);
  await stored(store, BLOBS, { nextContentId: 11 as ContentId, nextBundleId: 2 as BundleId });
  objects.reset();
  const reader = new BlobReader({ store, indexCacheBytes: 1000 });
  for (const bundleId of [1, 2, 1, 2]) await reader.bundleIndex(bundleId as BundleId);
  expect(objects.counts.getRange).toBe(4);
});

test("tries again after a failure", async () => {
  const objects = await localStore();
  const { contents } = await stored(await newShare(objects), BLOBS.slice(0, 1));
  const error = new StoreError("UNREACHABLE", "No answer.", { retryable: true });
  const faulty = new FaultyStore(objects, [{ operation: "get", object: "blobs/", error, when: "before" }]);
  const reader = new BlobReader({ store: await ShareStore.open(faulty, SHARE) });
  const location = locationOf(contents[0]);
  await expect(reader.read(1 as ContentId, location)).rejects.toBe(error);
  expect(Buffer.compare(await reader.read(1 as ContentId, location), BLOBS[0] ?? noise(0))).toBe(0);
  expect(faulty.unmet).toEqual([]);
});

test("ends with the reason of the signal", async () => {
  const store = await newShare();
  await stored(store, BLOBS);
  const reason = new Error("nobody reads any more");
  const reading = new BlobReader({ store }).read(1 as ContentId, IN_BUNDLE, { signal: AbortSignal.abort(reason) });
  await expect(reading).rejects.toBe(reason);
});
