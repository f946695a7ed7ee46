import { expect, it } from "vitest";
import type { CatalogEntry, LiveTree } from "../../../catalog/catalog.js";
import type { NodeId } from "../../../core/ids.js";
import { Removals } from "../../../daemon/backup/removals.js";

const TOP = 1 as NodeId;

/** A tree of directories, each with `files` files and one directory, `depth` deep; counts the lists that are open. */
function deepTree(depth: number, files: number): { readonly tree: LiveTree; readonly state: { open: number } } {
  const state = { open: 0 };
  const entry = (parent: number, name: string, nodeId: number, kind: "directory" | "file"): CatalogEntry =>
    ({ parentId: parent, name, nodeId, kind }) as unknown as CatalogEntry;
  const childrenOf = (directory: number): readonly CatalogEntry[] => {
    const names = Array.from({ length: files }, (_, i) => `f${String(i).padStart(6, "0")}`);
    const own = names.map((name, i) => entry(directory, name, 1_000_000 * directory + i, "file"));
    return directory > depth ? own : [entry(directory, "d", directory + 1, "directory"), ...own];
  };
  const tree: LiveTree = {
    root: undefined,
    pathOf: () => undefined,
    children: () => ({ find: () => undefined }),
    visit(parent, after = "", visit) {
      state.open++;
      for (const child of childrenOf(parent)) if (child.name > after && !visit(child as never)) break;
      state.open--;
    },
    lookup: (parent, name) => childrenOf(parent).find((child) => child.name === name),
    *list(parent, after = "") {
      state.open++;
      try {
        for (const child of childrenOf(parent)) if (child.name > after) yield child;
      } finally {
        state.open--;
      }
    },
  };
  return { tree, state };
}

it("between two removals no list of the tree is open, and descendants come before their folder", () => {
  const { tree, state } = deepTree(2, 2500);
  const removals = new Removals();
  removals.miss(TOP, 2 as NodeId);
  const names: string[] = [];
  for (const { name, parentId } of removals.due(tree)) {
    expect(state.open).toBe(0);
    names.push(`${parentId}/${name}`);
  }
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(2 + 2 * 2500);
  expect(names.at(-1)).toBe("1/d");
  expect(names.indexOf("2/d")).toBe(2500);
});

it("a tree of 2048 levels can be removed", () => {
  const { tree } = deepTree(2048, 1);
  const removals = new Removals();
  removals.miss(TOP, 2 as NodeId);
  expect([...removals.due(tree)]).toHaveLength(2048 * 2);
});

it("of many missing files none is held by name, and what has its place elsewhere is left alone", () => {
  const { tree } = deepTree(0, 5000);
  const removals = new Removals();
  for (let id = 0; id < 5000; id += 2) removals.miss(TOP, (1_000_000 + id) as NodeId);
  // Moved into another name of the same directory, which misses others.
  removals.placed.add(1_000_002 as NodeId);
  const ids = Array.from(removals.due(tree), ({ nodeId }) => nodeId);
  expect(ids).toHaveLength(2499);
  expect(ids).not.toContain(1_000_002);
  expect(ids.slice(0, 3)).toEqual([1_000_000, 1_000_004, 1_000_006]);
});

it("what is missing stays as long as removals are held; what lost its name does not keep what was beneath it", () => {
  const { tree } = deepTree(1, 3);
  const removals = new Removals();
  removals.miss(TOP, 1_000_001 as NodeId);
  removals.displace({ nodeId: 2 as NodeId, parentId: TOP, name: "taken by another" });
  removals.hold();
  expect(Array.from(removals.due(tree), ({ name, parentId }) => `${parentId}/${name}`)).toEqual([
    "2/f000000",
    "2/f000001",
    "2/f000002",
  ]);
});
