import { expect, it } from "vitest";
import type { CatalogEntry, TreeView } from "../../../catalog/catalog.js";
import type { NodeId } from "../../../core/ids.js";
import { Removals } from "../../../daemon/backup/removals.js";

const TOP = 1 as NodeId;

/** A tree of directories, each with `files` files and one directory, `depth` deep; counts the lists that are open. */
function deepTree(depth: number, files: number): { readonly tree: TreeView; readonly state: { open: number } } {
  const state = { open: 0 };
  const entry = (parent: number, name: string, nodeId: number, kind: "directory" | "file"): CatalogEntry =>
    ({ parentId: parent, name, nodeId, kind }) as unknown as CatalogEntry;
  const childrenOf = (directory: number): readonly CatalogEntry[] => {
    const names = Array.from({ length: files }, (_, i) => `f${String(i).padStart(6, "0")}`);
    const own = names.map((name, i) => entry(directory, name, 1_000_000 * directory + i, "file"));
    return directory > depth ? own : [entry(directory, "d", directory + 1, "directory"), ...own];
  };
  const tree: TreeView = {
    root: undefined,
    pathOf: () => undefined,
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
  const top = tree.lookup(TOP, "d");
  if (top) removals.add(top);
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
  const top = tree.lookup(TOP, "d");
  if (top) removals.add(top);
  expect([...removals.due(tree)]).toHaveLength(2048 * 2);
});
