/** From a node's id to where it is: directories and files, moved and not, at every snapshot. */
import { describe, expect, it } from "vitest";
import type { Catalog } from "../../catalog/catalog.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import type { NodePut, NodeRemoval } from "../../core/node.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, removalOf, rootEntry, snapshotOf } from "./support/model.js";

async function snapshot(catalog: Catalog, puts: readonly NodePut[], removals: readonly NodeRemoval[] = []) {
  const { number } = await catalog.begin();
  await catalog.apply(number, 0, batchOf(catalog.next().version, puts, removals));
  await catalog.publish(snapshotOf(number));
  return number;
}

const path = (catalog: Catalog, at: number, id: number) =>
  catalog
    .view(at as SnapshotNumber)
    .pathOf(id as NodeId)
    ?.join("/");

describe("the path of a node", () => {
  it("is found for files by the directory they came in, through moves, renames above, and removal", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const [a, b] = [directoryOf(2, 1, "a"), directoryOf(3, 1, "b")];
    const [x, y] = [entryOf(4, 2, "x"), entryOf(5, 2, "y")];
    await snapshot(
      catalog,
      [rootEntry, a, b, x, y].map((entry) => putOf(entry)),
    );
    await snapshot(catalog, [putOf({ ...a, name: "A" }, { parentId: 1, name: "a" })]);
    await snapshot(catalog, [putOf({ ...x, parentId: b.nodeId, name: "X" }, { parentId: 2, name: "x" })]);
    await snapshot(catalog, [], [removalOf(y), removalOf({ ...x, parentId: b.nodeId, name: "X" })]);
    expect([1, 2, 3, 4].map((at) => path(catalog, at, 4))).toEqual(["a/x", "A/x", "b/X", undefined]);
    expect([1, 2, 3, 4].map((at) => path(catalog, at, 5))).toEqual(["a/y", "A/y", "A/y", undefined]);
    expect(catalog.placesOf(4 as NodeId)).toEqual([
      { nodeId: 4, since: 1, parentId: 2, name: "x" },
      { nodeId: 4, since: 3, parentId: 3, name: "X" },
    ]);
    expect(catalog.placesOf(5 as NodeId)).toEqual([]);
    expect(path(catalog, 4, 1)).toBe("");
    expect(path(catalog, 4, 77)).toBeUndefined();
  });

  it("ends where a directory above it is gone, and goes on where that has moved", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const [a, b, c] = [directoryOf(2, 1, "a"), directoryOf(3, 2, "b"), directoryOf(4, 3, "c")];
    await snapshot(
      catalog,
      [rootEntry, a, b, c].map((entry) => putOf(entry)),
    );
    await snapshot(
      catalog,
      [putOf({ ...c, parentId: 1 as NodeId }, { parentId: 3, name: "c" })],
      [removalOf(b), removalOf(a)],
    );
    expect(path(catalog, 1, 4)).toBe("a/b/c");
    expect(path(catalog, 2, 4)).toBe("c");
    expect([2, 3].map((id) => path(catalog, 2, id))).toEqual([undefined, undefined]);
    // Its name goes to another node, and it turns up elsewhere in a later segment of the same backup.
    const { number } = await catalog.begin();
    await catalog.apply(number, 0, batchOf(catalog.next().version, [putOf(directoryOf(5, 1, "c"))]));
    await catalog.apply(
      number,
      1,
      batchOf(catalog.next().version, [putOf({ ...c, parentId: 5 as NodeId, name: "d" }, { parentId: 1, name: "c" })]),
    );
    await catalog.publish(snapshotOf(number));
    expect([4, 5].map((id) => path(catalog, 3, id))).toEqual(["c/d", "c"]);
    expect(path(catalog, 2, 4)).toBe("c");
  });

  it("is found in a directory of many files, also where they were not listed in the order of their names", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const names = Array.from({ length: 3000 }, (_, index) => `f${String((index * 7919) % 3000).padStart(5, "0")}`);
    const files = names.map((name, index) => entryOf(index + 2, 1, name));
    await snapshot(
      catalog,
      [rootEntry, ...files].map((entry) => putOf(entry)),
    );
    for (const { nodeId, name } of files.filter((_, index) => index % 37 === 0)) {
      expect(path(catalog, 1, nodeId)).toBe(name);
    }
  });
});

describe("a diff", () => {
  it("lists only the directories in which something changed, in both directions", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const directories = Array.from({ length: 500 }, (_, index) =>
      directoryOf(index + 2, 1 + (index >> 2), `d${index}`),
    );
    const files = directories.map(({ nodeId }, index) => entryOf(1000 + index, nodeId, "f"));
    await snapshot(
      catalog,
      [rootEntry, ...directories, ...files].map((entry) => putOf(entry)),
    );
    await snapshot(catalog, [putOf({ ...(files[499] as (typeof files)[0]), sizeBytes: 11 })]);
    const { diffTrees } = await import("../../catalog/diff.js");
    for (const [from, to] of [
      [1, 2],
      [2, 1],
    ]) {
      let listed = 0;
      const [a, b] = [from, to].map((at) => {
        const view = catalog.view(at as SnapshotNumber);
        const list = view.list.bind(view);
        return Object.assign(view, {
          list: (...args: Parameters<typeof list>) => {
            listed++;
            return list(...args);
          },
        });
      });
      const told = Array.from(diffTrees(a!, b!), ({ kind, path: names }) => `${kind} ${names.join("/")}`);
      const changed = catalog.view(1 as SnapshotNumber).pathOf(1499 as NodeId) ?? [];
      expect(told).toEqual([`modified ${changed.join("/")}`]);
      // The root and the directories on the way, in both trees.
      expect(listed).toBe(2 * changed.length);
    }
  });
});
