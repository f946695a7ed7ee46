// Reading blobs of a store that is far away, through a disk cache, when that is not what it should be.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { BundleId, ContentId } from "../../core/ids.js";
import { BlobReader } from "../../store/blob-reader.js";
import { DiskCache } from "../../store/disk-cache/disk-cache.js";
import { ShareStore } from "../../store/share-store.js";
import { CountingStore } from "../../store/wrappers/counting-store.js";
import { DiskCachedStore } from "../../store/wrappers/disk-cached-store.js";
import { noise, stored } from "./support/content.js";
import { folderForTest, localStore, newShare, SHARE } from "./support/stores.js";

const IN_BUNDLE = { kind: "bundled", bundleId: 1 as BundleId } as const;
const blobs = Array.from({ length: 30 }, (_, n) => noise(3000, n));

it("reads again from the store what a cache has kept wrongly, and asks the store for nothing that is kept rightly", async () => {
  const inner = new CountingStore(await localStore());
  await stored(await newShare(inner), blobs, { targetBytes: 1024 * 1024 });
  const folder = await folderForTest();
  const store = await ShareStore.open(new DiskCachedStore(inner, new DiskCache(folder, 64 * 1024 * 1024)), SHARE);
  const read = (n: number): Promise<Uint8Array> => new BlobReader({ store }).read((n + 1) as ContentId, IN_BUNDLE);
  inner.reset();
  for (const [n, blob] of blobs.entries()) expect(Buffer.compare(await read(n), blob)).toBe(0);
  // The index and one block.
  expect(inner.counts.getRange).toBe(2);
  // Bytes that came damaged from the store: the cache's own checksum is right.
  for (const one of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!one.name.startsWith("block-")) continue;
    const path = join(one.parentPath, one.name);
    const bytes = (await readFile(path)).subarray(32);
    bytes.fill(0, 5000, 15_000);
    await writeFile(path, Buffer.concat([createHash("sha256").update(bytes).digest(), bytes]));
  }
  for (const [n, blob] of blobs.entries()) expect(Buffer.compare(await read(n), blob)).toBe(0);
});
