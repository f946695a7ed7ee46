// Nodes that cannot be read, described or listed while the run goes on.
import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT_NODE, type SnapshotNumber } from "../../../core/ids.js";
import { compareTrees, readTree } from "../../support/tree.js";
import { fill, hookedSource, unreadable } from "./support/sources.js";
import { World } from "./support/world.js";

const at = (number: number): SnapshotNumber => number as SnapshotNumber;

/** A world whose source refuses what `refused` has: `read x`, `describe x` or `list x`. */
async function refusing(refused: Set<string>): Promise<World> {
  const refuse = (what: string, path: string): void => {
    if (refused.has(`${what} ${path}`)) throw unreadable(path);
  };
  return World.create({
    source: (source) =>
      hookedSource(source, {
        onRead: (path) => refuse("read", path),
        onDescribe: (path) => refuse("describe", path),
        onList: (path) => refuse("list", path),
      }),
  });
}

async function pathsOf(world: World, number: number): Promise<readonly string[]> {
  return [...(await world.read(world.catalog.view(at(number)))).keys()].toSorted();
}

async function expectFaithful(world: World, number: number): Promise<void> {
  const tree = await world.read(world.catalog.view(at(number)));
  expect(compareTrees(tree, await readTree(world.sourceFolder))).toEqual([]);
}

describe("what moved and cannot be read", () => {
  it.each(["read", "describe"])(
    "is at its new place with its previous content (%s), and is tried again",
    async (what) => {
      const refused = new Set([`${what} kept/f`, `${what} dir/new/g`]);
      await using world = await refusing(refused);
      await fill(world.sourceFolder, { "gone/f": "old f", "dir/old/g": "old g", "kept/x": "x" });
      await world.backup();
      await rename(join(world.sourceFolder, "gone/f"), join(world.sourceFolder, "kept/f"));
      await rm(join(world.sourceFolder, "gone"), { recursive: true });
      await mkdir(join(world.sourceFolder, "dir/new"));
      await rename(join(world.sourceFolder, "dir/old/g"), join(world.sourceFolder, "dir/new/g"));
      await fill(world.sourceFolder, { "kept/f": "newer f" });
      const { snapshot } = await world.backup();
      expect(snapshot.counters).toMatchObject({ errors: 2, renamed: 2, added: 1, deleted: 1 });
      const tree = await world.read(world.catalog.view(at(2)));
      expect(tree.get("kept/f")).toMatchObject({ bytes: Buffer.from("old f") });
      expect(tree.get("dir/new/g")).toMatchObject({ bytes: Buffer.from("old g") });
      expect([...tree.keys()].toSorted()).toEqual([
        "dir",
        "dir/new",
        "dir/new/g",
        "dir/old",
        "kept",
        "kept/f",
        "kept/x",
      ]);
      refused.clear();
      expect((await world.backup()).snapshot.counters).toMatchObject({ errors: 0, modified: 2, renamed: 0 });
      await expectFaithful(world, 3);
    },
  );

  it("stays where it was, when it is a link whose target is lost in the store", async () => {
    const refused = new Set<string>();
    await using world = await refusing(refused);
    await symlink("the target", join(world.sourceFolder, "a"));
    await world.backup();
    await world.objects.delete(world.store.names.segment(at(1), 0));
    await rename(join(world.sourceFolder, "a"), join(world.sourceFolder, "b"));
    refused.add("describe b");
    expect((await world.backup()).snapshot).toMatchObject({ status: "with-errors", files: 1 });
    expect(Array.from(world.catalog.view(at(2)).list(ROOT_NODE), ({ name }) => name)).toEqual(["a"]);
    refused.clear();
    await world.backup();
    await expectFaithful(world, 3);
  });

  it("keeps the target of a link", async () => {
    const refused = new Set(["describe b"]);
    await using world = await refusing(refused);
    await symlink("the target", join(world.sourceFolder, "a"));
    await world.backup();
    await rename(join(world.sourceFolder, "a"), join(world.sourceFolder, "b"));
    expect((await world.backup()).snapshot.counters).toMatchObject({ errors: 1, renamed: 1 });
    expect((await world.read(world.catalog.view(at(2)))).get("b")).toMatchObject({ target: "the target" });
    refused.clear();
    await world.backup();
    await expectFaithful(world, 3);
  });
});

describe("a folder that cannot be described", () => {
  it("is walked all the same: when it is new, has changed or has moved", async () => {
    const refused = new Set(["describe new", "describe changed", "describe moved"]);
    await using world = await refusing(refused);
    await fill(world.sourceFolder, { "changed/f": "1", "before/g": "2" });
    refused.delete("describe changed");
    await world.backup();
    refused.add("describe changed");
    await fill(world.sourceFolder, { "new/deep/h": "3", "changed/i": "4" });
    await rename(join(world.sourceFolder, "before"), join(world.sourceFolder, "moved"));
    await fill(world.sourceFolder, { "moved/j": "5" });
    const { snapshot } = await world.backup();
    expect(snapshot.counters).toMatchObject({ errors: 3, renamed: 1, deleted: 0 });
    expect(await pathsOf(world, 2)).toEqual([...(await readTree(world.sourceFolder)).keys()].toSorted());
    refused.clear();
    expect((await world.backup()).snapshot.counters).toMatchObject({ errors: 0, modified: 3 });
    await expectFaithful(world, 3);
    expect((await world.backup()).snapshot.counters).toMatchObject({ modified: 0 });
  });

  it.each(["describe ", "list "])("ends the run when it is the root (%s)", async (what) => {
    const refused = new Set([what]);
    await using world = await refusing(refused);
    await fill(world.sourceFolder, { f: "1" });
    await expect(world.backup()).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
    expect(world.catalog.snapshots()).toEqual([]);
    refused.clear();
    await world.backup();
    await expectFaithful(world, 1);
  });
});

describe("a folder that cannot be listed", () => {
  it("may have what is missing elsewhere, so that nothing is removed in this run", async () => {
    const refused = new Set<string>();
    await using world = await refusing(refused);
    await fill(world.sourceFolder, { "closed/inner/f": "1", "dir/g": "2", h: "3", i: "4" });
    await world.backup();
    refused.add("list closed/inner");
    await rename(join(world.sourceFolder, "dir"), join(world.sourceFolder, "closed/inner/dir"));
    await rename(join(world.sourceFolder, "h"), join(world.sourceFolder, "closed/inner/h"));
    await rm(join(world.sourceFolder, "i"));
    expect((await world.backup()).snapshot.counters).toMatchObject({ errors: 1, deleted: 0 });
    expect(await pathsOf(world, 2)).toEqual(await pathsOf(world, 1));
    refused.clear();
    expect((await world.backup()).snapshot.counters).toMatchObject({ renamed: 2, deleted: 1 });
    await expectFaithful(world, 3);
  });

  it("and never could be keeps nothing from being removed", async () => {
    await using world = await refusing(new Set(["list lost+found"]));
    await mkdir(join(world.sourceFolder, "lost+found"));
    await fill(world.sourceFolder, { f: "1", g: "2" });
    await world.backup();
    await rm(join(world.sourceFolder, "f"));
    expect((await world.backup()).snapshot.counters).toMatchObject({ errors: 1, deleted: 1 });
    expect(await pathsOf(world, 2)).toEqual(["g", "lost+found"]);
  });
});
