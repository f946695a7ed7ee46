// What is asked of a store that is far away: operations are counted, not milliseconds.
import { expect, test } from "vitest";
import { StoreError } from "../../core/errors.js";
import type { BundleId, ContentId } from "../../core/ids.js";
import { BlobReader } from "../../store/blob-reader.js";
import type { Neighbours } from "../../store/stretch-reader.js";
import { ShareStore } from "../../store/share-store.js";
import { CountingStore } from "../../store/wrappers/counting-store.js";
import { noise, stored, text } from "./support/content.js";
import { FaultyStore } from "./support/faulty-store.js";
import { localStore, newShare, SHARE } from "./support/stores.js";

const MIB = 1024 * 1024;
const IN_BUNDLE = { kind: "bundled", bundleId: 1 as BundleId } as const;
const id = (n: number): ContentId => n as ContentId;

/** Keeps everything, for ever. */
class Kept implements Neighbours {
  readonly blobs = new Map<ContentId, Uint8Array>();

  constructor(readonly roomBytes = 64 * MIB) {}

  isWanted(contentId: ContentId): boolean {
    return !this.blobs.has(contentId);
  }

  keep(contentId: ContentId, blob: Uint8Array): void {
    this.blobs.set(contentId, blob);
  }
}

async function made(blobs: readonly Uint8Array[], isEncrypted = false) {
  const objects = new CountingStore(await localStore());
  const store = await newShare(objects, SHARE, isEncrypted);
  await stored(store, blobs, { targetBytes: 16 * MIB });
  objects.reset();
  const reader = new BlobReader({ store });
  const kept = new Kept();
  const read = async (n: number): Promise<Uint8Array> =>
    kept.blobs.get(id(n)) ?? (await reader.read(id(n), IN_BUNDLE, { neighbours: kept }));
  return { objects, reader, kept, read };
}

const mixed = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => (n % 2 === 0 ? noise(2000 + n, n) : text(3000 + n, n)));

test.each([{ isEncrypted: false }, { isEncrypted: true }])(
  "reads the files of a bundle in a row with one read of its index and one of its blobs: %o",
  async ({ isEncrypted }) => {
    const blobs = mixed(200);
    const { objects, read } = await made(blobs, isEncrypted);
    for (const [n, blob] of blobs.entries()) expect(Buffer.compare(await read(n + 1), blob)).toBe(0);
    expect(objects.counts.getRange).toBe(2);
    expect(objects.counts.get).toBe(0);
  },
);

test("reads a first stretch of a mebibyte and then long ones, when a long bundle is read in a row", async () => {
  const blobs = Array.from({ length: 400 }, (_, n) => noise(20_000, n));
  const { objects, read } = await made(blobs);
  await read(1);
  expect(objects.counts.bytesRead).toBeLessThan(1.3 * MIB);
  for (const [n, blob] of blobs.entries()) expect(Buffer.compare(await read(n + 1), blob)).toBe(0);
  expect(objects.counts.getRange).toBe(3);
  expect(objects.counts.bytesRead).toBeLessThan(1.05 * 400 * 20_000 + 0.3 * MIB);
});

test("lets those who ask at once wait for the same read", async () => {
  const blobs = mixed(50);
  const { objects, reader, kept } = await made(blobs);
  await reader.bundleIndex(IN_BUNDLE.bundleId);
  const all = await Promise.all(blobs.map((_, n) => reader.read(id(n + 1), IN_BUNDLE, { neighbours: kept })));
  for (const [n, blob] of blobs.entries()) expect(Buffer.compare(all[n]!, blob)).toBe(0);
  expect(objects.counts.getRange).toBe(2);
});

test("reads no more than can be kept, and nothing behind what is kept already", async () => {
  const blobs = mixed(50);
  const { objects, reader } = await made(blobs);
  await reader.read(id(1), IN_BUNDLE, { neighbours: new Kept(0) });
  const withIndex = objects.counts.bytesRead;
  const kept = new Kept();
  kept.keep(id(12), blobs[11]!);
  await reader.read(id(10), IN_BUNDLE, { neighbours: kept });
  expect(objects.counts.bytesRead - withIndex).toBeLessThan(8000);
});

test("tells who asked of a damaged blob, and keeps its neighbours", async () => {
  const { reader, kept, objects } = await made(mixed(9));
  const index = await reader.bundleIndex(IN_BUNDLE.bundleId);
  const name = "acme/docs/bundles/00000000000/00000000000001.tar";
  const whole = Buffer.from((await objects.get(name)) ?? []);
  const at = index.find(id(5))!.offset + 100;
  whole[at] = (whole[at] ?? 0) ^ 1;
  await objects.put(name, whole);
  await reader.read(id(1), IN_BUNDLE, { neighbours: kept });
  await expect(reader.read(id(5), IN_BUNDLE, { neighbours: kept })).rejects.toThrow(
    /blob 5 .* does not have its SHA-256/,
  );
  for (let n = 2; n <= 9; n++) {
    if (n !== 5) await reader.read(id(n), IN_BUNDLE, { neighbours: kept });
  }
  expect(kept.blobs.has(id(5))).toBe(false);
});

test("tries again after a failure", async () => {
  const objects = await localStore();
  await stored(await newShare(objects), mixed(9), { targetBytes: MIB });
  const error = new StoreError("UNREACHABLE", "No answer.", { retryable: true });
  const faulty = new FaultyStore(objects, []);
  const reader = new BlobReader({ store: await ShareStore.open(faulty, SHARE) });
  await reader.bundleIndex(IN_BUNDLE.bundleId);
  faulty.add({ operation: "getRange", object: "bundles/", error, when: "before" });
  const kept = new Kept();
  await expect(reader.read(id(3), IN_BUNDLE, { neighbours: kept })).rejects.toBe(error);
  expect(Buffer.compare(await reader.read(id(3), IN_BUNDLE, { neighbours: kept }), mixed(9)[2]!)).toBe(0);
  expect(faulty.unmet).toEqual([]);
});
