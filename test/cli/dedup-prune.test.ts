// Prunes of shares that have their contents in common: what another share needs stays, and nothing else does.
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Setting, type SnapshotAnswer } from "./support/cli.js";

let setting: Setting;

/** Bytes that do not compress. */
function bytes(seed: number): Buffer {
  let state = seed;
  return Buffer.from(
    Array.from({ length: 20_000 }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24),
  );
}

async function initAll(...options: string[]): Promise<void> {
  for (const share of ["one", "two"]) {
    const source = setting.path("sources", share);
    await setting.write(`../sources/${share}/keep.txt`, "every snapshot has this");
    const urls = ["--source", `file://${source}`, "--store", `file://${setting.path("store")}`];
    await setting.run("init", "--share", `acme/${share}`, ...urls, "--dedup-scope", "tenant", ...options);
  }
}

const file = (share: string, name: string): string => setting.path("sources", share, name);
const backup = (share: string) => setting.json("backup", `acme/${share}`);
const prune = (share: string, ...options: string[]) =>
  setting.json<{ deleted: { objects: number }; waiting: string | null }>("prune", `acme/${share}`, ...options);

/** Bytes of what is stored of contents. */
async function contents(share: string): Promise<number> {
  const folder = setting.path("store/acme", share);
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = files.filter((path) => /\/(bundles|blobs)\//.test(path)).map(async (path) => (await stat(path)).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function expectWhole(share: string): Promise<void> {
  expect(await setting.run("verify", `acme/${share}`, "--read-data")).toMatchObject({ status: 0 });
  const { snapshots } = await setting.json<{ snapshots: SnapshotAnswer[] }>("snapshots", `acme/${share}`);
  for (const { name } of snapshots) {
    const folder = setting.path("restored", share, name);
    expect(await setting.run("restore", `acme/${share}@${name}`, "--to", folder)).toMatchObject({ status: 0 });
  }
}

beforeEach(async () => {
  setting = await Setting.create();
  await initAll();
  for (const name of ["a", "b", "c", "d"]) await writeFile(file("one", name), bytes(name.charCodeAt(0)));
  await backup("one");
});
afterEach(() => setting[Symbol.asyncDispose]());

describe("a prune of a share whose contents others use", () => {
  it("keeps what a snapshot of another share needs, and deletes it when that is gone", async () => {
    await writeFile(file("two", "a"), bytes("a".charCodeAt(0)));
    await backup("two");
    for (const name of ["a", "b", "c", "d"]) await rm(file("one", name));
    await backup("one");
    await prune("one", "--keep-last", "1");
    await expectWhole("one");
    await expectWhole("two");
    const kept = await contents("one");
    await rm(file("two", "a"));
    await backup("two");
    await prune("two", "--keep-last", "1");
    await prune("one", "--keep-last", "1");
    expect(await contents("one")).toBeLessThan(kept);
    await expectWhole("one");
    await expectWhole("two");
  });

  it("does so for one that is not configured on this machine, and whose state is not here", async () => {
    await writeFile(file("two", "a"), bytes("a".charCodeAt(0)));
    await backup("two");
    for (const name of ["a", "b", "c", "d"]) await rm(file("one", name));
    await backup("one");
    const config = setting.path("other.yaml");
    await writeFile(
      config,
      `state: ${setting.path("elsewhere")}\nshares:\n  acme/one:\n    source: ${file("one", "")}\n    store: ${setting.path("store")}\n`,
    );
    const { sharestrata } = await import("./support/cli.js");
    const pruned = await sharestrata(["prune", "acme/one", "--keep-last", "1", "--config", config]);
    expect(pruned).toMatchObject({ status: 0 });
    await expectWhole("two");
  });

  it("deletes what no share needs", async () => {
    await backup("two");
    const before = await contents("one");
    for (const name of ["a", "b", "c", "d"]) await rm(file("one", name));
    await backup("one");
    const { deleted } = await prune("one", "--keep-last", "1");
    expect(deleted.objects).toBeGreaterThan(0);
    expect(await contents("one")).toBeLessThan(before / 10);
    await expectWhole("one");
    await expectWhole("two");
  });

  it("keeps all that is published where it cannot be told what another share needs", async () => {
    await writeFile(file("two", "a"), bytes("a".charCodeAt(0)));
    await backup("two");
    for (const name of ["a", "b", "c", "d"]) await rm(file("one", name));
    await backup("one");
    const before = await contents("one");
    await writeFile(setting.path("store/acme/two/share.fb"), "damaged");
    await rm(setting.path("state/acme/two"), { recursive: true });
    const { status, stderr } = await setting.run("prune", "acme/one", "--keep-last", "1");
    expect(status).toBe(0);
    expect(stderr).toContain("all that is published is kept");
    expect(await contents("one")).toBe(before);
  });

  it("condemns nothing that a share takes up later: what was condemned is stored anew", async () => {
    for (const name of ["a", "b", "c", "d"]) await rm(file("one", name));
    await backup("one");
    await prune("one", "--keep-last", "1");
    await writeFile(file("two", "a"), bytes("a".charCodeAt(0)));
    await backup("two");
    await expectWhole("two");
    expect(
      await readdir(join(setting.path("restored/two"), (await readdir(setting.path("restored/two")))[0] ?? "")),
    ).toContain("a");
  });
});

describe("what a share has stored and no snapshot of it needs yet", () => {
  it("is kept by its owner as long as the share may refer to it", async () => {
    // A backup that reads the file, journals it, and is interrupted; the next one does not find the file any more.
    await writeFile(file("two", "a"), bytes("a".charCodeAt(0)));
    await interruptedBackup("two");
    await rm(file("two", "a"));
    await backup("two");
    for (const name of ["a", "b", "c", "d"]) await rm(file("one", name));
    await backup("one");
    await prune("one", "--keep-last", "1");
    await writeFile(file("two", "again"), bytes("a".charCodeAt(0)));
    await backup("two");
    await expectWhole("two");
  });
});

/** The first backup of a share ends where its manifest would be written: the segments are there. */
async function interruptedBackup(share: string): Promise<void> {
  const inTheWay = setting.path("store/acme", share, "snapshots/0000000001.fb");
  await mkdir(inTheWay, { recursive: true });
  const { status } = await setting.run("backup", `acme/${share}`);
  await rm(inTheWay, { recursive: true });
  expect(status).not.toBe(0);
}
