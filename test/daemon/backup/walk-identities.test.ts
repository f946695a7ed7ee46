// Sources that show one node under several names (hard links over NFS, bind mounts), or one name twice.
import { appendFile, link, mkdir, rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT_NODE, type NodeId, type SnapshotNumber } from "../../../core/ids.js";
import type { SourceEntry } from "../../../daemon/sources/source.js";
import { applyEdits, compareTrees, Random, editTree, generateTree, readTree, writeTree } from "../../support/tree.js";
import { fill, hookedSource, type SessionHooks } from "./support/sources.js";
import { World } from "./support/world.js";

/** Backs up, and expects the snapshot to hold just what the source holds. @returns what was read, and the counters */
async function faithfulBackup(world: World, reads: string[]) {
  reads.length = 0;
  const { snapshot } = await world.backup();
  const tree = await world.read(world.catalog.view(snapshot.number));
  expect(compareTrees(tree, await readTree(world.sourceFolder))).toEqual([]);
  expect(snapshot).toMatchObject({ files: [...tree.values()].filter(({ kind }) => kind === "file").length });
  return { read: reads.toSorted(), counters: snapshot.counters };
}

async function worldOf(hooks: SessionHooks, reads: string[]): Promise<World> {
  return World.create({
    source: (source) => hookedSource(source, { ...hooks, onRead: (path) => void reads.push(path) }),
  });
}

const nodeAt = (world: World, name: string): NodeId | undefined => world.catalog.live.lookup(ROOT_NODE, name)?.nodeId;

describe("names of one file, which share an identity", () => {
  const linked: SessionHooks = {
    onChild: (_, child) => [child.metadata.linkCount ? { ...child, sourceId: "shared" } : child],
  };

  it("stay, each with its node, when the file changes, loses a name, gains one or has one renamed", async () => {
    const reads: string[] = [];
    await using world = await worldOf(linked, reads);
    const at = (name: string): string => join(world.sourceFolder, name);
    await fill(world.sourceFolder, { a: "1", "dir/other": "x" });
    for (const name of ["b", "c", "dir/d"]) await link(at("a"), at(name));
    await faithfulBackup(world, reads);
    expect(await faithfulBackup(world, reads)).toMatchObject({ read: [] });
    const nodes = ["a", "b", "c"].map((name) => nodeAt(world, name));

    await appendFile(at("b"), "2");
    const changed = await faithfulBackup(world, reads);
    expect(changed).toMatchObject({ counters: { modified: 4 } });
    // One file, whose content each of the names has.
    expect(changed.read).toHaveLength(1);
    expect(["a", "b", "c"].map((name) => nodeAt(world, name))).toEqual(nodes);
    expect(await faithfulBackup(world, reads)).toMatchObject({ read: [], counters: { modified: 0, renamed: 0 } });

    await rm(at("c"));
    expect((await faithfulBackup(world, reads)).counters).toMatchObject({ deleted: 1, added: 0 });
    expect(await faithfulBackup(world, reads)).toMatchObject({ read: [], counters: { deleted: 0 } });

    await link(at("a"), at("aa"));
    const joined = await faithfulBackup(world, reads);
    expect(joined.counters).toMatchObject({ added: 1, renamed: 0, deleted: 0 });
    expect(joined.read).toHaveLength(1);
    expect(["a", "b"].map((name) => nodeAt(world, name))).toEqual(nodes.slice(0, 2));
    expect(await faithfulBackup(world, reads)).toMatchObject({ read: [], counters: { added: 0 } });

    await rename(at("a"), at("z"));
    const renamed = await faithfulBackup(world, reads);
    expect(renamed.counters).toMatchObject({ added: 1, renamed: 0, deleted: 1 });
    expect(renamed.read).toHaveLength(1);
    expect(nodeAt(world, "b")).toBe(nodes[1]);
    expect(await faithfulBackup(world, reads)).toMatchObject({ read: [], counters: { renamed: 0, added: 0 } });
  });

  it("stay when a listing tells only one of them of a change", async () => {
    const reads: string[] = [];
    const shown = new Map<string, SourceEntry>();
    let touched = "";
    const stale: SessionHooks = {
      onChild(path, child) {
        if (!shown.has(path) || path === touched) shown.set(path, { ...child, sourceId: "shared" });
        return [shown.get(path) ?? child];
      },
    };
    await using world = await worldOf(stale, reads);
    await fill(world.sourceFolder, { a: "" });
    for (const name of ["b", "c", "d"]) await link(join(world.sourceFolder, "a"), join(world.sourceFolder, name));
    await world.backup();
    for (const name of ["a", "a", "d", "b", "c", "a", "d"]) {
      touched = name;
      await appendFile(join(world.sourceFolder, "a"), name);
      const { snapshot } = await world.backup();
      const tree = await world.read(world.catalog.view(snapshot.number));
      expect([...tree.keys()].toSorted()).toEqual(["a", "b", "c", "d"]);
      const now = await readTree(world.sourceFolder);
      expect(tree.get(name)).toEqual(now.get(name));
    }
    shown.clear();
    await faithfulBackup(world, reads);
    expect(await faithfulBackup(world, reads)).toMatchObject({ read: [], counters: { renamed: 0, modified: 0 } });
  });
});

describe("a folder that is seen in two places", () => {
  it("is two folders, neither of which is read again when it changes or when one goes", async () => {
    const reads: string[] = [];
    const versions = new Map<string, number>();
    const hooks: SessionHooks = {
      onChild(path, child) {
        const real = path.replace(/^y/, "x");
        const signature = child.kind === "directory" ? (versions.get(real) ?? 1) : child.signature;
        return [{ ...child, sourceId: `id of ${real}`, signature }];
      },
    };
    await using world = await worldOf(hooks, reads);
    for (const path of ["f", "sub/g", "sub/deep/h"]) {
      await fill(world.sourceFolder, { [`x/${path}`]: path });
      await mkdir(join(world.sourceFolder, "y", path, ".."), { recursive: true });
      await link(join(world.sourceFolder, "x", path), join(world.sourceFolder, "y", path));
    }
    for (const path of ["x", "y", "x/sub", "y/sub", "x/sub/deep", "y/sub/deep"]) {
      await utimes(join(world.sourceFolder, path), 1e9, 1e9);
    }
    await faithfulBackup(world, reads);
    versions.set("x", 2);
    versions.set("x/sub", 2);
    expect(await faithfulBackup(world, reads)).toMatchObject({ read: [], counters: { modified: 4, renamed: 0 } });
    expect(await faithfulBackup(world, reads)).toMatchObject({ read: [], counters: { modified: 0, renamed: 0 } });
    await rm(join(world.sourceFolder, "y"), { recursive: true });
    // The files have lost a name, the root a folder, and they tell of it.
    expect((await faithfulBackup(world, reads)).counters).toMatchObject({ deleted: 6, added: 0, modified: 4 });
    expect(await faithfulBackup(world, reads)).toMatchObject({ read: [], counters: { deleted: 0, modified: 0 } });
  });

  it.each([
    ["beneath itself", "d/sub", "d"],
    ["two levels beneath itself", "d/sub/deep", "d"],
    ["as the whole source", "d/sub", ""],
  ])("%s makes no cycle, and nothing vanishes", async (_, path, claimed) => {
    const reads: string[] = [];
    let claims = false;
    const ids = new Map<string, string | undefined>();
    const hooks: SessionHooks = {
      onRoot(root) {
        ids.set("", root.sourceId);
        return root;
      },
      onChild(own, child) {
        if (!claims) ids.set(own, child.sourceId);
        return [
          claims && own === path
            ? { ...child, sourceId: ids.get(claimed), signature: (child.signature ^ 1) >>> 0 }
            : child,
        ];
      },
    };
    await using world = await worldOf(hooks, reads);
    await fill(world.sourceFolder, { "d/sub/deep/f": "1", "d/sub/g": "2", "d/h": "3", "e/i": "4" });
    await faithfulBackup(world, reads);
    claims = true;
    await faithfulBackup(world, reads);
    expect(await faithfulBackup(world, reads)).toMatchObject({ read: [], counters: { renamed: 0, deleted: 0 } });
    claims = false;
    await faithfulBackup(world, reads);
  });
});

it("a listing that tells names twice counts and reads each once", async () => {
  const reads: string[] = [];
  await using world = await worldOf({ onChild: (_, child) => [child, child] }, reads);
  await fill(world.sourceFolder, { "d/f": "1", "d/e/g": "2", h: "3" });
  expect(await faithfulBackup(world, reads)).toMatchObject({
    read: ["d/e/g", "d/f", "h"],
    counters: { files: 3, directories: 3, added: 6 },
  });
  const nodes = ["d", "h"].map((name) => nodeAt(world, name));
  await appendFile(join(world.sourceFolder, "h"), "4");
  await rename(join(world.sourceFolder, "d/e"), join(world.sourceFolder, "d/z"));
  expect(await faithfulBackup(world, reads)).toMatchObject({
    read: ["h"],
    counters: { files: 3, renamed: 1, added: 0 },
  });
  expect(["d", "h"].map((name) => nodeAt(world, name))).toEqual(nodes);
  expect(world.catalog.snapshots().at(-1)?.number).toBe(2 as SnapshotNumber);
});

it.each([1, 3])("whatever identities a source tells, nothing vanishes and nothing stays (%i)", async (seed) => {
  const random = new Random(seed);
  // Few identities, told of anything: files and folders of all levels, another one in every run.
  const hooks: SessionHooks = {
    onChild(_path, child) {
      const sourceId = `${child.kind} ${random.integer(0, 12)}`;
      const signature = child.kind === "directory" ? random.integer(1, 3) : child.signature;
      return [{ ...child, sourceId, signature }];
    },
  };
  await using world = await worldOf(hooks, []);
  let tree = generateTree({ seed, files: 20 });
  await writeTree(tree, world.sourceFolder);
  for (let round = 0; round < 5; round++) {
    expect((await faithfulBackup(world, [])).counters).toMatchObject({ errors: 0 });
    const { edits } = editTree(tree, { seed: 10 * seed + round, edits: 10 });
    tree = await applyEdits(tree, edits, world.sourceFolder);
  }
});
