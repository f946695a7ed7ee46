import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { LocalObjectsNow } from "../../store/backends/local-objects-now.js";
import { LocalStore } from "../../store/backends/local-store.js";
import { BlobReaderNow } from "../../store/blob-reader-now.js";
import { zstdOfThisThread } from "../../store/content/workers/thread-zstd.js";
import { locationOf, noise, stored, text } from "./support/content.js";
import { folderForTest, newShare, SHARE } from "./support/stores.js";

/** One that stays as it is, one that shrinks, one above what a thread gives back by itself. */
const BLOBS = [noise(900, 1), text(5000, 2), text(200_000, 3), noise(150_000, 4)];

const zstd = await zstdOfThisThread();

/** @returns the folder of a store with `blobs`, and what makes a new reader for them */
async function made(isEncrypted: boolean, blobs: readonly Uint8Array[]) {
  const root = await folderForTest();
  const store = await newShare(await LocalStore.open(root), SHARE, isEncrypted);
  const { ids, contents } = await stored(store, blobs);
  const reader = (): ((at: number) => Uint8Array) => {
    const objects = new LocalObjectsNow(root);
    onTestFinished(() => objects[Symbol.dispose]());
    const key = store.sealing.reveal();
    const blobReader = new BlobReaderNow({ share: SHARE, key, objects, zstd, indexCacheBytes: 1024 * 1024 });
    return (at) => blobReader.read(ids[at]!, locationOf(contents.find(({ contentId }) => contentId === ids[at])));
  };
  return { root, reader };
}

function attempt(read: () => Uint8Array): Uint8Array | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The files of bundles and lone blobs beneath `root`. */
async function contentFiles(root: string): Promise<string[]> {
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const found = files.filter((one) => one.isFile() && /\/(bundles|blobs)\//.test(`${one.parentPath}/`));
  return found.map((one) => join(one.parentPath, one.name));
}

describe.each([
  { kind: "plain", isEncrypted: false },
  { kind: "encrypted", isEncrypted: true },
])("a $kind share", ({ isEncrypted }) => {
  it.each([
    ["in a bundle", BLOBS],
    ["alone", BLOBS.slice(2)],
  ])("is read at once, whatever was read before: blobs %s", async (_where, blobs) => {
    const read = (await made(isEncrypted, blobs)).reader();
    for (const at of [0, 1, 1, 0, blobs.length - 1, 0]) expect(Buffer.compare(read(at), blobs[at]!)).toBe(0);
  });

  it.each([
    ["in a bundle", BLOBS],
    ["alone", BLOBS.slice(2)],
  ])("is never read wrongly, wherever a bit has turned: blobs %s", async (_where, blobs) => {
    const { root, reader } = await made(isEncrypted, blobs);
    const [file] = await contentFiles(root);
    const whole = await readFile(file!);
    const wrong: [number, number][] = [];
    for (let step = 0; step < 60; step++) {
      const damaged = Buffer.from(whole);
      const at = Math.floor((step * whole.length) / 60);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      await writeFile(file!, damaged);
      const fresh = reader();
      for (const [n, blob] of blobs.entries()) {
        const bytes = attempt(() => fresh(n));
        if (bytes && Buffer.compare(bytes, blob) !== 0) wrong.push([step, n]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("fails for what is cut short or gone", async () => {
    const { root, reader } = await made(isEncrypted, BLOBS);
    const [file] = await contentFiles(root);
    const whole = await readFile(file!);
    for (const length of [0, 10, 1000, whole.length - 1]) {
      await writeFile(file!, whole.subarray(0, length));
      const fresh = reader();
      expect(() => fresh(0)).toThrow(/bundle|object|tar/);
    }
    await rm(file!);
    const fresh = reader();
    expect(() => fresh(0)).toThrow(/is missing/);
  });
});
