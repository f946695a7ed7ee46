import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, stat, utimes, writeFile, chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { StoreError } from "../../../core/errors.js";
import { localStoreError } from "../../../store/backends/local-errors.js";
import { LocalStore } from "../../../store/backends/local-store.js";
import { systemClock } from "../../../core/clock.js";
import { timeFromMs } from "../../../core/time.js";
import { requireCapability } from "../../support/requires.js";
import { describeObjectStore } from "../contract/object-store.js";
import { folderForTest, localStore } from "../support/stores.js";

describeObjectStore("LocalStore", localStore);

const bytes = new TextEncoder().encode("x");

async function listed(store: LocalStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of store.list("")) names.push(name);
  return names;
}

test("leaves no temporary file behind, and lists none that somebody else left", async () => {
  const folder = await folderForTest();
  const store = await LocalStore.open(folder);
  await store.put("a/b", bytes);
  await store.putIfAbsent("a/b", bytes);
  expect(await readdir(join(folder, ".tmp"))).toEqual([]);
  await writeFile(join(folder, ".tmp", "half-written"), "half");
  expect(await listed(store)).toEqual(["a/b"]);
});

test("removes temporary files on opening when they are old, and keeps those that may still be written", async () => {
  const folder = await folderForTest();
  await mkdir(join(folder, ".tmp"));
  await writeFile(join(folder, ".tmp", "old"), "");
  await writeFile(join(folder, ".tmp", "young"), "");
  await utimes(join(folder, ".tmp", "old"), 1_000_000, 1_000_000);
  await utimes(join(folder, ".tmp", "young"), 1_090_000, 1_090_000);
  await LocalStore.open(folder, { clock: { now: () => timeFromMs(1_100_000_000) } });
  expect(await readdir(join(folder, ".tmp"))).toEqual(["young"]);
});

test("says STORE_UNINITIALISED for a missing folder, and makes it when asked", async () => {
  const missing = join(await folderForTest(), "not", "there");
  await expect(LocalStore.open(missing)).rejects.toMatchObject({ code: "STORE_UNINITIALISED" });
  const store = await LocalStore.open(missing, { create: true, clock: systemClock });
  await store.put("a", bytes);
  expect(await store.get("a")).toHaveLength(1);
});

test("does not take a file for a store", async () => {
  const file = join(await folderForTest(), "file");
  await writeFile(file, "");
  await expect(LocalStore.open(file)).rejects.toBeInstanceOf(StoreError);
  await expect(LocalStore.open(join(file, "below"))).rejects.toBeInstanceOf(StoreError);
});

test("does not make its folder anew when that has gone: something may not be mounted", async () => {
  const folder = join(await folderForTest(), "mounted");
  const store = await LocalStore.open(folder, { create: true });
  await rm(folder, { recursive: true });
  await expect(store.put("a/b", bytes)).rejects.toMatchObject({ code: "UNREACHABLE" });
  await expect(listed(store)).rejects.toBeInstanceOf(StoreError);
});

test("says ACCESS_DENIED where the file system refuses", async () => {
  const folder = await folderForTest();
  const store = await LocalStore.open(folder);
  await store.put("a/b", bytes);
  await chmod(folder, 0o755);
  const { geteuid, seteuid } = process;
  if (geteuid?.() === 0) {
    // Root is refused nothing, so it becomes nobody for a moment.
    seteuid?.(65_534);
    onTestFinished(() => seteuid?.(0));
  } else {
    await chmod(join(folder, ".tmp"), 0o555);
    onTestFinished(() => chmod(join(folder, ".tmp"), 0o755));
  }
  await expect(store.put("a/c", bytes)).rejects.toMatchObject({ code: "ACCESS_DENIED", retryable: false });
});

test("says STORE_FULL when the disk is full, keeps what was there, and goes on when there is room again", async (ctx) => {
  requireCapability(ctx, "root", "linux");
  const folder = await folderForTest();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    ctx.skip(`a small file system cannot be mounted: ${String(error)}`);
  }
  try {
    const store = await LocalStore.open(folder);
    await store.put("a", Buffer.alloc(100_000));
    await expect(store.put("b", Buffer.alloc(300_000))).rejects.toMatchObject({ code: "STORE_FULL" });
    await expect(store.putIfAbsent("a2", Buffer.alloc(300_000))).rejects.toMatchObject({ code: "STORE_FULL" });
    expect(await listed(store)).toEqual(["a"]);
    await store.put("c", Buffer.alloc(100_000));
    expect(await listed(store)).toEqual(["a", "c"]);
  } finally {
    execFileSync("umount", [folder]);
  }
});

test.each([
  ["ENOSPC", "STORE_FULL", false],
  ["EDQUOT", "STORE_FULL", false],
  ["EACCES", "ACCESS_DENIED", false],
  ["EROFS", "ACCESS_DENIED", false],
  ["EMFILE", "FAILED", true],
  ["EIO", "FAILED", false],
])("tells %s from the file system as %s", (system, code, retryable) => {
  const cause = Object.assign(new Error(`${system}: no luck`), { code: system });
  const error = localStoreError("writing it", "file:///s", "a/b", cause);
  expect(error).toMatchObject({ code, retryable, cause, fields: { kind: system, object: "a/b", store: "file:///s" } });
});

test("holds only whole objects after a writer was killed", async () => {
  const folder = await folderForTest();
  const script = `
    import { LocalStore } from "./store/backends/local-store.js";
    const store = await LocalStore.open(process.argv[1]);
    for (let i = 0; ; i++) {
      await store.put("same", Buffer.alloc(1_000_000, i));
      await store.putIfAbsent("new/" + i, Buffer.alloc(1_000_000, i));
      console.log(i);
    }
  `;
  const writer = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script, folder]);
  const ended = once(writer, "exit");
  for await (const line of createInterface(writer.stdout)) {
    if (Number(line) >= 5) writer.kill("SIGKILL");
  }
  await ended;
  const store = await LocalStore.open(folder);
  const names = await listed(store);
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const object = Buffer.from((await store.get(name)) ?? []);
    expect(object.length).toBe(1_000_000);
    expect(object.equals(Buffer.alloc(1_000_000, object[0]))).toBe(true);
  }
});

test("a local store is for whoever made it, whatever the umask", async () => {
  const folder = join(await folderForTest(), "store");
  const before = process.umask(0o022);
  onTestFinished(() => void process.umask(before));
  const store = await LocalStore.open(folder, { create: true });
  await store.put("acme/docs/a", Buffer.from("secret"));
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, "acme/docs"))).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, "acme/docs/a"))).mode & 0o777).toBe(0o600);
});
