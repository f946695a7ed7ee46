import { execFile } from "node:child_process";
import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { CachedObjectsNow } from "../../../store/disk-cache/cached-objects-now.js";
import { DiskCache } from "../../../store/disk-cache/disk-cache.js";
import { BLOCK_BYTES } from "../../../store/disk-cache/parts.js";
import { CountingStore } from "../../../store/wrappers/counting-store.js";
import { DiskCachedStore } from "../../../store/wrappers/disk-cached-store.js";
import { requireCapability } from "../../support/requires.js";
import { describeObjectStore } from "../contract/object-store.js";
import { noise } from "../support/content.js";
import { folderForTest, localStore } from "../support/stores.js";

const MIB = 1024 * 1024;
const NAME = "acme/docs/bundles/1/1.tar";
const object = noise(2 * MIB + 1000);

describeObjectStore(
  "DiskCachedStore",
  async () => new DiskCachedStore(await localStore(), new DiskCache(await folderForTest(), MIB)),
);

async function made(folder?: string, maxBytes = 64 * MIB) {
  const cacheFolder = folder ?? (await folderForTest());
  const inner = new CountingStore(await localStore());
  await inner.put(NAME, object);
  inner.reset();
  const store = new DiskCachedStore(inner, new DiskCache(cacheFolder, maxBytes));
  const now = new CachedObjectsNow(cacheFolder, store.uri);
  return { folder: cacheFolder, inner, store, now };
}

async function files(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

async function takenBytes(folder: string): Promise<number> {
  const sizes = await Promise.all((await files(folder)).map(async (path) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const same = (found: Uint8Array | undefined, start: number, length: number): boolean =>
  found !== undefined && Buffer.compare(found, object.subarray(start, start + length)) === 0;

const RANGES = [
  [0, 10],
  [BLOCK_BYTES - 5, 10],
  [BLOCK_BYTES, BLOCK_BYTES],
  [100, 2 * MIB],
  [2 * MIB - 10, 5000],
  [0, 10 * MIB],
] as const;

it("gives any range as the store does, and the same again without it, on other threads as well", async () => {
  const { inner, store, now } = await made();
  for (const [start, length] of RANGES)
    expect(same(await store.getRange(NAME, start, length), start, length)).toBe(true);
  expect(same(await store.getRange(NAME, -1000, 1000), object.length - 1000, 1000)).toBe(true);
  expect(same(await store.get(NAME), 0, object.length)).toBe(true);
  inner.reset();
  for (const [start, length] of RANGES) {
    expect(same(await store.getRange(NAME, start, length), start, length)).toBe(true);
    expect(same(now.getRange(NAME, start, length), start, length)).toBe(true);
  }
  expect(same(now.getRange(NAME, -1000, 1000), object.length - 1000, 1000)).toBe(true);
  expect(same(now.get(NAME), 0, object.length)).toBe(true);
  expect(await store.getRange(NAME, -1000, 1000)).toHaveLength(1000);
  expect(await store.get(NAME)).toHaveLength(object.length);
  expect(inner.counts.get + inner.counts.getRange).toBe(0);
});

it("reads what is missing of a range at once", async () => {
  const { inner, store } = await made();
  await store.getRange(NAME, 2 * BLOCK_BYTES, 1);
  await store.getRange(NAME, 0, 2 * MIB);
  expect(inner.counts.getRange).toBe(2);
});

it("keeps what holds contents, and nothing else", async () => {
  const { folder, inner, store } = await made();
  await inner.put("acme/docs/latest", Buffer.from("1"));
  expect(Buffer.from((await store.get("acme/docs/latest")) ?? []).toString()).toBe("1");
  expect(await store.getRange("acme/docs/bundles/1/none.tar", 0, 10)).toBeUndefined();
  expect(await files(folder)).toEqual([]);
});

it.each(["blobs", "bundles"])("keeps nothing but contents of a share that is called %s either", async (share) => {
  const { folder, inner, store } = await made();
  const latest = `acme/${share}/latest`;
  for (const text of ["1", "2"]) {
    await inner.put(latest, Buffer.from(text));
    expect(Buffer.from((await store.get(latest)) ?? []).toString()).toBe(text);
  }
  expect(await files(folder)).toEqual([]);
});

it.each(["put", "putIfAbsent"] as const)("gives what was written last by %s, whatever it had kept", async (write) => {
  const { inner, store } = await made();
  await store.get(NAME);
  await inner.delete(NAME);
  await store[write](NAME, Buffer.from("another"));
  expect(Buffer.from((await store.get(NAME)) ?? []).toString()).toBe("another");
});

it("is there again after a restart, and for another process beside it", async () => {
  const { folder, inner, store } = await made();
  await store.getRange(NAME, 0, MIB);
  inner.reset();
  const other = new DiskCachedStore(inner, new DiskCache(folder, 64 * MIB));
  expect(same(await other.getRange(NAME, 0, MIB), 0, MIB)).toBe(true);
  expect(inner.counts.getRange).toBe(0);
});

it("keeps to its bound, also when two write, and lets go of what was not read for the longest time", async () => {
  const folder = await folderForTest();
  const bound = 20_000;
  const [a, b] = [new DiskCache(folder, bound), new DiskCache(folder, bound)];
  await a.put("u", "old", "whole", noise(3000, 1));
  await a.put("u", "read", "whole", noise(3000, 2));
  const long = new Date(Date.now() - 10_000_000);
  for (const path of await files(folder)) await utimes(path, long, long);
  for (let n = 0; n < 4; n++) await (n % 2 === 0 ? a : b).put("u", `${n}`, "whole", noise(3000, n));
  expect(await b.get("u", "read", "whole")).toBeDefined();
  await a.put("u", "one more", "whole", noise(3000, 8));
  await b.put("u", "last", "whole", noise(3000, 9));
  expect(await takenBytes(folder)).toBeLessThanOrEqual(bound);
  expect(await a.get("u", "old", "whole")).toBeUndefined();
  expect(await a.get("u", "read", "whole")).toBeDefined();
  expect(await a.get("u", "last", "whole")).toBeDefined();
  await a.put("u", "huge", "whole", noise(bound));
  expect(await a.get("u", "huge", "whole")).toBeUndefined();
});

it("drops a damaged file and reads it from the store again", async () => {
  const { folder, inner, store, now } = await made();
  await store.get(NAME);
  const [path] = await files(folder);
  const whole = await readFile(path!);
  for (const damaged of [
    Buffer.alloc(0),
    whole.subarray(0, 20),
    whole.subarray(0, whole.length - 1),
    Buffer.concat([whole.subarray(0, 5000), Buffer.from("x"), whole.subarray(5001)]),
  ]) {
    await writeFile(path!, damaged);
    expect(now.get(NAME)).toBeUndefined();
    inner.reset();
    expect(same(await store.get(NAME), 0, object.length)).toBe(true);
    expect(inner.counts.get).toBe(1);
    expect(same(now.get(NAME), 0, object.length)).toBe(true);
  }
});

it("forgets an object when it is told that it is wrong", async () => {
  const { inner, store } = await made();
  await store.getRange(NAME, 0, MIB);
  await store.getRange(NAME, -1000, 1000);
  expect(await store.forget(NAME)).toBe(true);
  expect(await store.forget(NAME)).toBe(false);
  inner.reset();
  await store.getRange(NAME, 0, MIB);
  expect(inner.counts.getRange).toBe(1);
});

it("reads on when its folder cannot be written to, or is taken away", async () => {
  const folder = await folderForTest();
  await writeFile(join(folder, "file"), "");
  const blocked = await made(join(folder, "file"));
  expect(same(await blocked.store.getRange(NAME, 0, MIB), 0, MIB)).toBe(true);
  const { folder: gone, store } = await made();
  await store.getRange(NAME, 0, MIB);
  await rm(gone, { recursive: true });
  expect(same(await store.getRange(NAME, 0, MIB), 0, MIB)).toBe(true);
});

it("reads on when the disk is full, and leaves no half files behind", async (ctx) => {
  requireCapability(ctx, "root");
  const folder = await folderForTest();
  await promisify(execFile)("mount", ["-t", "tmpfs", "-o", "size=1M", "tmpfs", folder]);
  onTestFinished(async () => void (await promisify(execFile)("umount", [folder])));
  const { store } = await made(folder);
  for (let n = 0; n < 3; n++) {
    expect(same(await store.getRange(NAME, 0, 2 * MIB), 0, 2 * MIB)).toBe(true);
    expect(same(await store.get(NAME), 0, object.length)).toBe(true);
  }
  expect((await files(folder)).filter((path) => path.endsWith(".tmp"))).toEqual([]);
});
