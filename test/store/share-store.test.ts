import fc from "fast-check";
import { expect, test } from "vitest";
import { systemClock } from "../../core/clock.js";
import { StoreError } from "../../core/errors.js";
import type { BundleId, ContentId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type { ChangeBatch } from "../../core/node.js";
import { ShareStore } from "../../store/share-store.js";
import { DEFAULT_SHARE_SETTINGS } from "../../store/shares/share-settings.js";
import type { Manifest } from "../../store/snapshots/manifest.js";
import { CountingStore } from "../../store/wrappers/counting-store.js";
import { changeBatch, manifest as anyManifest } from "./support/arbitraries.js";
import { FaultyStore } from "./support/faulty-store.js";
import { localStore, newShare, SHARE } from "./support/stores.js";

const clock = systemClock;
const EMPTY: ChangeBatch = { firstVersion: 1 as VersionNumber, bundles: [], contents: [], removals: [], puts: [] };
const [MANIFEST] = fc.sample(anyManifest, { seed: 3, numRuns: 1 }) as [Manifest];
const numbered = (number: number): Manifest => ({ ...MANIFEST, number: number as SnapshotNumber, parent: undefined });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test("is opened as it was created, defaults included", async () => {
  const objects = await localStore();
  await ShareStore.create(objects, SHARE, { compressionLevel: 7 }, { clock });
  const store = await ShareStore.open(objects, SHARE);
  expect(store.settings).toEqual({ ...DEFAULT_SHARE_SETTINGS, compressionLevel: 7 });
  expect(store.share).toEqual(SHARE);
  expect(await objects.stat("acme/docs/share.fb")).toBeDefined();
});

test("is created once, and shares beside it are others", async () => {
  const objects = await localStore();
  await newShare(objects);
  await expect(newShare(objects)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  await newShare(objects, { tenant: "acme", share: "docs2" });
  await newShare(objects, { tenant: "acme2", share: "docs" });
});

test("says what to do when the store does not hold the share", async () => {
  const opening = ShareStore.open(await localStore(), SHARE);
  await expect(opening).rejects.toMatchObject({ code: "STORE_UNINITIALISED" });
  await expect(opening).rejects.toThrow("sharestrata init");
});

test.each([
  { chunkMinBytes: 10 },
  { chunkMinBytes: 3 << 20 },
  { chunkMaxBytes: 1 << 20 },
  { chunkMaxBytes: 1 << 30 },
  { compressionLevel: 0 },
  { compressionLevel: 2.5 },
  { smallFileThresholdBytes: -1 },
])("refuses the settings %j and creates nothing", async (settings) => {
  const objects = await localStore();
  await expect(ShareStore.create(objects, SHARE, settings, { clock })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
  });
  await expect(ShareStore.open(objects, SHARE)).rejects.toMatchObject({ code: "STORE_UNINITIALISED" });
});

test("keeps segments, lists them in order, and tells their references again", async () => {
  const store = await newShare();
  const snapshot = 3 as SnapshotNumber;
  const batches = fc.sample(changeBatch, { seed: 9, numRuns: 12 });
  const refs = [];
  for (const [number, batch] of batches.entries()) refs.push(await store.putSegment(snapshot, number, batch));
  await store.putSegment(4 as SnapshotNumber, 0, EMPTY);
  const listed = await all(store.segments(snapshot));
  expect(listed.map(({ number }) => number)).toEqual(batches.map((_, number) => number));
  expect(listed.map(({ sizeBytes }) => sizeBytes)).toEqual(refs.map(({ sizeBytes }) => sizeBytes));
  for (const [number, batch] of batches.entries()) {
    expect(await store.getSegment(snapshot, number)).toEqual(batch);
    expect(await store.readSegment(snapshot, number)).toEqual({ batch, ref: refs[number] });
  }
});

test("never replaces a segment: an equal one is its own retry, another one means that somebody else writes", async () => {
  const store = await newShare();
  const one = 1 as SnapshotNumber;
  const ref = await store.putSegment(one, 0, EMPTY);
  expect(await store.putSegment(one, 0, EMPTY)).toEqual(ref);
  const other = store.putSegment(one, 0, { ...EMPTY, firstVersion: 9 as VersionNumber });
  await expect(other).rejects.toMatchObject({ code: "SHARE_BUSY", fields: { object: ref.name } });
  expect(await store.readSegment(one, 0)).toEqual({ batch: EMPTY, ref });
});

test("refuses segments of a published snapshot, and never replaces one that another machine has published meanwhile", async () => {
  const objects = await localStore();
  const store = await newShare(objects);
  const one = 1 as SnapshotNumber;
  const elsewhere = await ShareStore.open(objects, SHARE);
  await elsewhere.putSegment(one, 0, EMPTY);
  await store.putSegment(one, 1, EMPTY);
  await store.putSegment(one, 2, EMPTY);
  await store.putManifest(numbered(1));
  // It has asked before whether the snapshot is published, and does not ask again.
  const late = elsewhere.putSegment(one, 1, { ...EMPTY, firstVersion: 9 as VersionNumber });
  await expect(late).rejects.toMatchObject({ code: "SHARE_BUSY" });
  expect(await store.getSegment(one, 1)).toEqual(EMPTY);
  await expect(store.putSegment(one, 3, EMPTY)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  await expect(elsewhere.deleteSegments(one, 0)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  expect(await all(store.segments(one))).toHaveLength(3);
});

test("deletes the segments of an interrupted backup from a number on", async () => {
  const store = await newShare();
  const one = 1 as SnapshotNumber;
  for (const number of [0, 1, 3]) await store.putSegment(one, number, EMPTY);
  await store.putSegment(2 as SnapshotNumber, 1, EMPTY);
  await store.deleteSegments(one, 1);
  expect((await all(store.segments(one))).map(({ number }) => number)).toEqual([0]);
  expect(await all(store.segments(2 as SnapshotNumber))).toHaveLength(1);
});

test("asks once for a snapshot whether it is published, not for every segment", async () => {
  const objects = new CountingStore(await localStore());
  const store = await newShare(objects);
  objects.reset();
  for (let number = 0; number < 10; number++) await store.putSegment(1 as SnapshotNumber, number, EMPTY);
  expect(objects.counts).toMatchObject({ putIfAbsent: 10, put: 0, stat: 1, get: 0, list: 0 });
});

test("publishes a snapshot once, and lists the published ones in order", async () => {
  const store = await newShare();
  for (const number of [10, 2, 9, 1]) await store.putManifest(numbered(number));
  await expect(store.putManifest({ ...numbered(2), files: 1 })).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  expect(await all(store.manifests())).toEqual([1, 2, 9, 10]);
  expect(await all(store.manifests({ after: 2 as SnapshotNumber }))).toEqual([9, 10]);
  expect(await store.getManifest(9 as SnapshotNumber)).toEqual(numbered(9));
});

test("has published when the answer to the commit got lost and it is tried again", async () => {
  const objects = await localStore();
  await newShare(objects);
  const lost = new StoreError("UNREACHABLE", "The answer got lost.", { retryable: true });
  const faulty = new FaultyStore(objects, [
    { operation: "putIfAbsent", object: "snapshots/", error: lost, when: "after" },
  ]);
  const store = await ShareStore.open(faulty, SHARE);
  await expect(store.putManifest(numbered(1))).rejects.toBe(lost);
  await store.putManifest(numbered(1));
  expect(faulty.unmet).toEqual([]);
});

test("takes no manifest of another share", async () => {
  const store = await newShare();
  const foreign = { ...numbered(1), share: { tenant: "acme", share: "other" } };
  await expect(store.putManifest(foreign)).rejects.toMatchObject({ code: "INTERNAL" });
});

test("moves the marker", async () => {
  const store = await newShare();
  expect(await store.latest()).toBeUndefined();
  await store.setLatest(1 as SnapshotNumber);
  await store.setLatest(12 as SnapshotNumber);
  expect(await store.latest()).toBe(12);
});

test("passes over what it has not named", async () => {
  const store = await newShare();
  await store.putManifest(numbered(1));
  const x = new Uint8Array(1);
  for (const name of [
    "snapshots/1.fb",
    "snapshots/0000000002.fb.bak",
    "snapshots/x/0000000003.fb",
    "snapshots/readme",
  ]) {
    await store.objects.put(`acme/docs/${name}`, x);
  }
  await store.objects.put("acme/docs/bundles/zzz", x);
  expect(await all(store.manifests())).toEqual([1]);
  expect(await store.highestBundleId(1 as BundleId)).toBeUndefined();
});

test("finds the highest ids in use by listing only from where it is told", async () => {
  const objects = new CountingStore(await localStore());
  const store = await newShare(objects);
  expect(await store.highestBlobId(1 as ContentId)).toBeUndefined();
  for (const id of [1, 2, 4095, 4096, 70_000]) await objects.put(store.names.blob(id as ContentId), new Uint8Array(1));
  objects.reset();
  expect(await store.highestBlobId(4096 as ContentId)).toBe(70_000);
  expect(objects.counts).toMatchObject({ list: 1, listed: 2 });
  expect(await store.highestBlobId(70_001 as ContentId)).toBeUndefined();
  expect(await store.highestBlobId(0 as ContentId)).toBe(70_000);
});
