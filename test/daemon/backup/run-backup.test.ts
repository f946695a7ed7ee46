import { mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diffTrees } from "../../../catalog/diff.js";
import type { SnapshotNumber } from "../../../core/ids.js";
import { compareTrees, editTree, applyEdits, generateTree, readTree, writeTree } from "../../support/tree.js";
import { hookedSource, unreadable } from "./support/sources.js";
import { World } from "./support/world.js";

const at = (number: number): SnapshotNumber => number as SnapshotNumber;

async function fill(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

describe("a backup", () => {
  it("holds every snapshot of an edited tree as the tree was, byte for byte", async () => {
    await using world = await World.create();
    let tree = generateTree({ seed: 11 });
    await writeTree(tree, world.sourceFolder);
    const states = [];
    for (let round = 0; round < 4; round++) {
      await world.backup();
      states.push(await readTree(world.sourceFolder));
      const edited = editTree(tree, { seed: 100 + round, edits: 25 });
      tree = await applyEdits(tree, edited.edits, world.sourceFolder);
    }
    for (const [index, state] of states.entries()) {
      expect(compareTrees(await world.read(world.catalog.view(at(index + 1))), state)).toEqual([]);
    }
  });

  it("of an unchanged source reads no content and stores no bundle, blob or segment", async () => {
    const reads: string[] = [];
    await using world = await World.create({
      source: (source) => hookedSource(source, { onRead: (path) => reads.push(path) }),
    });
    await writeTree(generateTree({ seed: 3 }), world.sourceFolder);
    const first = await world.backup();
    reads.length = 0;
    world.objects.reset();
    const second = await world.backup();
    expect(reads).toEqual([]);
    // The manifest and the marker; the lease, taken and released.
    expect(world.objects.counts).toMatchObject({ put: 2, putIfAbsent: 2 });
    expect(second.snapshot).toMatchObject({
      files: first.snapshot.files,
      directories: first.snapshot.directories,
      bytes: first.snapshot.bytes,
    });
    expect(second.snapshot.counters).toMatchObject({
      added: 0,
      modified: 0,
      renamed: 0,
      deleted: 0,
      errors: 0,
      bytesRead: 0,
    });
  });

  it("of a renamed folder moves its entry, and neither writes nor reads anything beneath it", async () => {
    const reads: string[] = [];
    await using world = await World.create({
      source: (source) => hookedSource(source, { onRead: (path) => reads.push(path) }),
    });
    await fill(world.sourceFolder, { "old/a.txt": "a", "old/deep/b.txt": "b", "other/c.txt": "c" });
    await world.backup();
    const versionBefore = world.catalog.next().version;
    reads.length = 0;
    await rename(join(world.sourceFolder, "old"), join(world.sourceFolder, "other/new name"));
    const { snapshot } = await world.backup();
    expect(reads).toEqual([]);
    expect(snapshot.counters).toMatchObject({ renamed: 1, added: 0, deleted: 0 });
    // The folder, and the two folders whose own times moved because their listing did.
    expect(world.catalog.next().version - versionBefore).toBe(3);
    const differences = [...diffTrees(world.catalog.view(at(1)), world.catalog.view(at(2)))];
    expect(differences.filter(({ kind }) => kind !== "modified")).toMatchObject([
      { kind: "renamed", from: ["old"], path: ["other", "new name"] },
    ]);
    expect(compareTrees(await world.read(world.catalog.view(at(2))), await readTree(world.sourceFolder))).toEqual([]);
  });

  it("keeps what moved out of a folder that was deleted", async () => {
    await using world = await World.create();
    await fill(world.sourceFolder, { "doomed/sub/kept/file": "1", "doomed/gone": "2", "z/y": "3" });
    await world.backup();
    await rename(join(world.sourceFolder, "doomed/sub/kept"), join(world.sourceFolder, "z/kept"));
    await rm(join(world.sourceFolder, "doomed"), { recursive: true });
    const { snapshot } = await world.backup();
    expect(snapshot.counters).toMatchObject({ renamed: 1, deleted: 3 });
    expect(snapshot).toMatchObject({ files: 2, directories: 3 });
    expect(compareTrees(await world.read(world.catalog.view(at(2))), await readTree(world.sourceFolder))).toEqual([]);
    expect([...(await world.read(world.catalog.view(at(1)))).keys()].toSorted()).toContain("doomed/sub/kept/file");
  });

  it("replaces a folder by a file of the same name, and back", async () => {
    await using world = await World.create();
    await fill(world.sourceFolder, { "thing/inner/file": "1" });
    await world.backup();
    await rm(join(world.sourceFolder, "thing"), { recursive: true });
    await fill(world.sourceFolder, { thing: "a file now" });
    await world.backup();
    expect(world.catalog.totals()).toEqual({ files: 1, directories: 1, bytes: 10 });
    await rm(join(world.sourceFolder, "thing"));
    await fill(world.sourceFolder, { "thing/inner/file": "2" });
    await world.backup();
    expect(world.catalog.totals()).toEqual({ files: 1, directories: 3, bytes: 1 });
    expect([...(await world.read(world.catalog.view(at(1)))).keys()]).toEqual([
      "thing",
      "thing/inner",
      "thing/inner/file",
    ]);
  });

  it("stores equal content once, within a run and across runs, small or large", async () => {
    await using world = await World.create();
    const large = Buffer.alloc(3 * 1024 * 1024, "0123456789abcdef-");
    await fill(world.sourceFolder, { "a/x": "same", "b/x": "same", "c/x": "same" });
    await writeFile(join(world.sourceFolder, "a/large"), large);
    await writeFile(join(world.sourceFolder, "b/large"), large);
    await world.backup();
    const contents = world.catalog.next().content;
    await fill(world.sourceFolder, { "d/again": "same" });
    await writeFile(join(world.sourceFolder, "d/large"), large);
    await world.backup();
    expect(world.catalog.next().content).toBe(contents);
    expect(compareTrees(await world.read(world.catalog.view(at(2))), await readTree(world.sourceFolder))).toEqual([]);
  });

  it("notices a change that leaves size and time alone", async () => {
    await using world = await World.create();
    await fill(world.sourceFolder, { file: "before" });
    const time = new Date("2026-01-01T00:00:00Z");
    await utimes(join(world.sourceFolder, "file"), time, time);
    await world.backup();
    await writeFile(join(world.sourceFolder, "file"), "after!");
    await utimes(join(world.sourceFolder, "file"), time, time);
    await world.backup();
    const tree = await world.read(world.catalog.view(at(2)));
    expect(tree.get("file")).toMatchObject({ bytes: Buffer.from("after!") });
  });

  it("reports a file that cannot be read, keeps its previous version, and completes with errors", async () => {
    let refuse = false;
    await using world = await World.create({
      source: (source) =>
        hookedSource(source, {
          onRead(path) {
            if (refuse && path.endsWith("locked")) throw unreadable(path);
          },
        }),
    });
    await fill(world.sourceFolder, { "dir/locked": "old", "dir/free": "old" });
    await world.backup();
    refuse = true;
    await fill(world.sourceFolder, { "dir/locked": "newer", "dir/free": "newer", "dir/new locked": "x" });
    const { snapshot, passedOver } = await world.backup();
    expect(snapshot.status).toBe("with-errors");
    expect(snapshot.counters.errors).toBe(2);
    expect(passedOver.map(({ path, code }) => `${path.join("/")} ${code}`).toSorted()).toEqual([
      "dir/locked FILE_UNREADABLE",
      "dir/new locked FILE_UNREADABLE",
    ]);
    const tree = await world.read(world.catalog.view(at(2)));
    expect(tree.get("dir/locked")).toMatchObject({ bytes: Buffer.from("old") });
    expect(tree.get("dir/free")).toMatchObject({ bytes: Buffer.from("newer") });
    expect(tree.has("dir/new locked")).toBe(false);
    expect((await world.store.getManifest(at(2))).passedOver).toHaveLength(2);
    refuse = false;
    await world.backup();
    expect(compareTrees(await world.read(world.catalog.view(at(3))), await readTree(world.sourceFolder))).toEqual([]);
  });

  it("keeps everything beneath a folder that cannot be listed, and beneath one that moved and cannot be read", async () => {
    let refuse = false;
    await using world = await World.create({
      source: (source) =>
        hookedSource(source, {
          onList(path) {
            if (refuse && path === "closed") throw unreadable(path);
          },
          onRead(path) {
            if (refuse && path === "moved") throw unreadable(path);
          },
        }),
    });
    await fill(world.sourceFolder, { "closed/inner/file": "1", movable: "2" });
    await world.backup();
    refuse = true;
    await rename(join(world.sourceFolder, "movable"), join(world.sourceFolder, "moved"));
    const { snapshot } = await world.backup();
    expect(snapshot.counters).toMatchObject({ errors: 2, deleted: 0 });
    const tree = await world.read(world.catalog.view(at(2)));
    expect([...tree.keys()].toSorted()).toEqual(["closed", "closed/inner", "closed/inner/file", "moved"]);
    refuse = false;
    await world.backup();
    expect(compareTrees(await world.read(world.catalog.view(at(3))), await readTree(world.sourceFolder))).toEqual([]);
  });

  it("publishes nothing when the source as a whole fails, and resumes without reading finished files again", async () => {
    const reads: string[] = [];
    let left = 30;
    await using world = await World.create({
      source: (source) =>
        hookedSource(source, {
          onRead(path) {
            if (left-- <= 0) throw new Error("the wire was cut");
            reads.push(path);
          },
        }),
    });
    await writeTree(generateTree({ seed: 5 }), world.sourceFolder);
    await expect(world.backup()).rejects.toThrow("the wire was cut");
    expect(world.catalog.snapshots()).toEqual([]);
    const finished = new Set(reads);
    left = Number.POSITIVE_INFINITY;
    reads.length = 0;
    await world.reopen();
    await world.backup();
    expect(reads.filter((path) => finished.has(path)).length).toBe(0);
    expect(compareTrees(await world.read(world.catalog.view(at(1))), await readTree(world.sourceFolder))).toEqual([]);
  });

  it("stops when told to, and the next run completes what it began", async () => {
    const abort = new AbortController();
    const reads: string[] = [];
    await using world = await World.create({
      source: (source) =>
        hookedSource(source, {
          onRead(path) {
            if (reads.push(path) === 20) abort.abort(new Error("stopped"));
          },
        }),
    });
    await writeTree(generateTree({ seed: 6 }), world.sourceFolder);
    await expect(world.backup({ signal: abort.signal })).rejects.toThrow("stopped");
    expect(world.catalog.snapshots()).toEqual([]);
    const began = reads.splice(0);
    const { snapshot } = await world.backup();
    expect(snapshot.number).toBe(1);
    // At most the files that were being read at that moment, sixteen at a time.
    expect(reads.filter((path) => began.includes(path)).length).toBeLessThanOrEqual(16);
    expect(compareTrees(await world.read(world.catalog.view(at(1))), await readTree(world.sourceFolder))).toEqual([]);
  });

  it("refuses to run beside another backup of the share", async () => {
    await using world = await World.create();
    await using _claim = await world.catalog.claim();
    await expect(world.backup()).rejects.toMatchObject({ code: "SHARE_BUSY", exitStatus: 11 });
  });

  it("finds its snapshots again when the state folder is lost", async () => {
    await using world = await World.create();
    await writeTree(generateTree({ seed: 8 }), world.sourceFolder);
    await world.backup();
    await fill(world.sourceFolder, { "added later": "x" });
    await world.backup();
    const before = [await world.read(world.catalog.view(at(1))), await world.read(world.catalog.view(at(2)))];
    const snapshots = world.catalog.snapshots();
    await world.loseState();
    const { snapshot } = await world.backup();
    expect(snapshot).toMatchObject({ number: 3, counters: { added: 0, modified: 0, bytesRead: 0 } });
    expect(world.catalog.snapshots().slice(0, 2)).toEqual(snapshots);
    for (const [index, tree] of before.entries()) {
      expect(compareTrees(await world.read(world.catalog.view(at(index + 1))), tree)).toEqual([]);
    }
  });

  it("refuses a store that has lost the newest snapshot, rather than write it anew", async () => {
    await using world = await World.create();
    await world.backup();
    await world.objects.delete(world.store.names.manifest(at(1)));
    await expect(world.backup()).rejects.toMatchObject({ code: "DAMAGED" });
  });
});
