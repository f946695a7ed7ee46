// Reading on threads of a share that is open on the main thread, in a real catalog and store.
import { readdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CatalogEntry } from "../../../catalog/catalog.js";
import type { ContentId, SnapshotNumber } from "../../../core/ids.js";
import { BlobCache } from "../../../fs/content/blob-cache.js";
import { openRecipe, ThreadReading, type ThreadShare } from "../../../fs/content/thread-share.js";
import type { MountedShare } from "../../../fs/shares.js";
import { messageOf, startThread } from "../../support/thread.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { openBuiltShare, ShareBuilder } from "../support/share-builder.js";
import { docs } from "../support/unmounted.js";
import { file, noise } from "../support/trees.js";
import type { ReadingOrder } from "./support/reading-thread.js";

const MIB = 1024 * 1024;
const large = Buffer.concat([noise(5 * MIB + 11, "large"), Buffer.alloc(3 * MIB, "and text ")]);
const small = Array.from({ length: 20 }, (_, n) =>
  Buffer.concat([Buffer.alloc(n * 300, `${n} `), noise(n * 50, `${n}`)]),
);

let folder: TemporaryDirectory;
beforeAll(async () => {
  folder = await temporaryDirectory();
  await build(folder.path);
});
afterAll(() => folder[Symbol.asyncDispose]());

async function build(path: string): Promise<void> {
  await using builder = await ShareBuilder.create(path, docs);
  await builder.snapshot(new Map([["large", file(large)], ...small.map((bytes, n) => [`${n}`, file(bytes)] as const)]));
}

/** The share on the main thread and, as another thread would have it, beside it. */
class Both implements AsyncDisposable {
  private constructor(
    readonly cache: BlobCache,
    readonly mounted: MountedShare,
    readonly share: ThreadShare,
  ) {}

  static async open(path: string, cacheBytes?: number): Promise<Both> {
    const cache = new BlobCache(cacheBytes);
    const mounted = await openBuiltShare(path, docs, cache);
    const share = openRecipe(mounted.recipe(), await ThreadReading.begin());
    return new Both(cache, mounted, share);
  }

  entry(name: string): CatalogEntry {
    const { catalog } = this.share;
    const view = catalog.view(1 as SnapshotNumber);
    const found = view.root && view.lookup(view.root.nodeId, name);
    if (!found) throw new Error(`${name} is not there`);
    return found;
  }

  readNow(name: string, offset = 0, length = large.length): Buffer | undefined {
    const { contentId, sizeBytes } = this.entry(name);
    const pieces = this.share.readNow(contentId, sizeBytes, offset, length);
    return pieces && Buffer.concat(pieces);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.share.close();
    await this.mounted[Symbol.asyncDispose]();
  }
}

async function storedFiles(path: string, kind: "bundles" | "blobs"): Promise<string[]> {
  const root = join(path, "store", "acme", docs.share, kind);
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  return files.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

it("reads any part of any file at once", async () => {
  await using both = await Both.open(folder.path);
  for (const [n, bytes] of small.entries()) {
    expect(both.readNow(`${n}`)?.equals(bytes)).toBe(true);
    expect(both.readNow(`${n}`, 7, 100)?.equals(bytes.subarray(7, 107))).toBe(true);
    expect(both.readNow(`${n}`, bytes.length, 1)).toHaveLength(0);
  }
  for (const [offset, length] of [
    [0, 10],
    [MIB - 5, 10],
    [MIB - 5, 3 * MIB],
    [large.length - 3, 100],
    [0, large.length],
  ] as const) {
    expect(both.readNow("large", offset, length)?.equals(large.subarray(offset, offset + length))).toBe(true);
  }
});

it("reads without a cache as well", async () => {
  await using both = await Both.open(folder.path, 0);
  expect(both.readNow("large", MIB - 5, 3 * MIB)?.equals(large.subarray(MIB - 5, 4 * MIB - 5))).toBe(true);
  expect(both.readNow("9", 3, 4)?.equals(small[9]!.subarray(3, 7))).toBe(true);
});

it("has two threads read a file in a row, each the stretches that the other does not", async () => {
  await using both = await Both.open(folder.path);
  const { contentId, sizeBytes } = both.entry("large");
  const target = new SharedArrayBuffer(sizeBytes);
  const next = new Int32Array(new SharedArrayBuffer(4));
  const program = join(import.meta.dirname, "support", "reading-thread.ts");
  const order = { recipe: both.mounted.recipe(), contentId, sizeBytes, stretchBytes: 128 * 1024, next, target };
  const missed = await Promise.all([1, 2].map(() => messageOf(startThread(program, order satisfies ReadingOrder))));
  expect(missed).toEqual([0, 0]);
  expect(Buffer.from(target).equals(large)).toBe(true);
});

it("finds what the main thread has read, and the main thread what it has", async () => {
  await using elsewhere = await temporaryDirectory();
  await build(elsewhere.path);
  await using both = await Both.open(elsewhere.path);
  const { contentId, sizeBytes } = both.entry("large");
  await both.mounted.content.read(contentId, sizeBytes, 0, MIB);
  expect(both.readNow("large", 2 * MIB, MIB)).toBeDefined();
  for (const one of await storedFiles(elsewhere.path, "blobs")) await rm(one);
  expect(both.readNow("large", 0, MIB)?.equals(large.subarray(0, MIB))).toBe(true);
  expect(both.readNow("large", MIB, MIB)).toBeUndefined();
  const bytes = await both.mounted.content.read(contentId, sizeBytes, 2 * MIB, MIB);
  expect(Buffer.compare(bytes, large.subarray(2 * MIB, 3 * MIB))).toBe(0);
  await expect(both.mounted.content.read(contentId, sizeBytes, MIB, MIB)).rejects.toThrow(/is missing/);
});

it("leaves to the main thread what is damaged, and goes on with the rest", async () => {
  await using elsewhere = await temporaryDirectory();
  await build(elsewhere.path);
  const [bundle] = await storedFiles(elsewhere.path, "bundles");
  await using both = await Both.open(elsewhere.path);
  expect(both.readNow("3")).toBeDefined();
  for (const damage of [
    () => writeFile(bundle!, Buffer.alloc(4000, 1)),
    () => truncate(bundle!, 100),
    () => rm(bundle!),
  ]) {
    await damage();
    await using fresh = await Both.open(elsewhere.path);
    expect(fresh.readNow("3")).toBeUndefined();
    expect(fresh.readNow("large", MIB, 10)).toBeDefined();
  }
});

it("leaves to the main thread a size, an id and a list that cannot be", async () => {
  await using both = await Both.open(folder.path);
  const { contentId, sizeBytes } = both.entry("large");
  expect(both.share.readNow(contentId, sizeBytes + 1, 0, 10)).toBeUndefined();
  expect(both.share.readNow(both.entry("3").contentId, 5, 0, 10)).toBeUndefined();
  expect(both.share.readNow(both.entry("3").contentId, 5, 0, 2)).toBeUndefined();
  expect(both.share.readNow(999_999 as ContentId, 5, 0, 10)).toBeUndefined();
  expect(both.share.readNow(0 as ContentId, 5, 0, 10)).toBeUndefined();
});

it("sees snapshots that came after it had rested", async () => {
  await using elsewhere = await temporaryDirectory();
  await using builder = await ShareBuilder.create(elsewhere.path, docs);
  await builder.snapshot(new Map([["a", file("a")]]));
  await using both = await Both.open(elsewhere.path);
  expect(both.share.catalog.snapshots()).toHaveLength(1);
  await builder.snapshot(new Map([["a", file("b")]]));
  both.share.rest();
  expect(both.share.catalog.snapshots()).toHaveLength(2);
});

it("loads the next small files ahead where they are read in a row, and only there", async () => {
  await using own = await temporaryDirectory();
  await build(own.path);
  await using both = await Both.open(own.path);
  // In the order in which they were stored.
  const inOrder = small.map((_, n) => `${n}`).toSorted((a, b) => both.entry(a).contentId - both.entry(b).contentId);
  const bytesOf = (name: string): Buffer => small[Number(name)] ?? Buffer.alloc(0);
  const [first, second, ...rest] = inOrder.filter((name) => bytesOf(name).length > 0);
  if (first === undefined || second === undefined) throw new Error("too few files");
  const before = both.cache.sizeBytes;
  both.readNow(first);
  both.share.readAhead();
  expect(both.cache.sizeBytes).toBe(before);
  expect(both.readNow(second)?.equals(bytesOf(second))).toBe(true);
  both.share.readAhead();
  for (const bundle of await storedFiles(own.path, "bundles")) await truncate(bundle, 0);
  const read = rest.map((name) => both.readNow(name)?.equals(bytesOf(name)));
  expect(read.slice(0, 4)).toEqual([true, true, true, true]);
  expect(read.slice(4).every((found) => found === undefined)).toBe(true);
});
