import { expect, it } from "vitest";
import type { CatalogEntry, TreeView } from "../../../catalog/catalog.js";
import type { NodeId } from "../../../core/ids.js";
import { LiveChildren } from "../../../daemon/backup/live-children.js";

const DIRECTORY = 7 as NodeId;

/** A tree of one directory, which counts how it is asked. */
function treeOf(names: string[]) {
  const asked = { lists: 0, lookups: 0 };
  const entryOf = (name: string, index: number): CatalogEntry =>
    ({ name, nodeId: index + 10 }) as unknown as CatalogEntry;
  const live = {
    lookup: (_directory: NodeId, name: string) => {
      asked.lookups++;
      return names.includes(name) ? entryOf(name, names.indexOf(name)) : undefined;
    },
    *list() {
      asked.lists++;
      for (const [index, name] of names.entries()) yield entryOf(name, index);
    },
  } as unknown as TreeView;
  return { live, asked };
}

it("a directory is read once for all its names, those that are not there included", () => {
  const { live, asked } = treeOf(["a", "b"]);
  const children = new LiveChildren(live, DIRECTORY, () => 0);
  expect(["a", "b", "c", "a"].map((name) => children.lookup(name)?.nodeId)).toEqual([10, 11, undefined, 10]);
  expect(Array.from(children.all(), ({ name }) => name)).toEqual(["a", "b"]);
  expect(asked).toEqual({ lists: 1, lookups: 0 });
});

it("a directory is read anew when the tree has changed", () => {
  const names = ["a"];
  const { live } = treeOf(names);
  let changes = 0;
  const children = new LiveChildren(live, DIRECTORY, () => changes);
  expect(children.lookup("b")).toBeUndefined();
  names.push("b");
  changes++;
  expect(children.lookup("b")?.name).toBe("b");
  expect(Array.from(children.all(), ({ name }) => name)).toEqual(["a", "b"]);
});

it("a directory of too many entries is not held, and tells the same", () => {
  const names = Array.from({ length: 32_769 }, (_, index) => `${index}`);
  const { live, asked } = treeOf(names);
  const children = new LiveChildren(live, DIRECTORY, () => 0);
  expect(children.lookup("32768")?.name).toBe("32768");
  expect(children.lookup("none")).toBeUndefined();
  expect(asked).toEqual({ lists: 1, lookups: 2 });
  expect([...children.all()]).toHaveLength(32_769);
});

it("a directory that is known to be empty is not looked at", () => {
  const { live, asked } = treeOf(["a"]);
  let isEmpty = true;
  const children = new LiveChildren(
    live,
    DIRECTORY,
    () => 0,
    () => isEmpty,
  );
  expect(children.lookup("a")).toBeUndefined();
  expect([...children.all()]).toEqual([]);
  expect(asked).toEqual({ lists: 0, lookups: 0 });
  isEmpty = false;
  expect(children.lookup("a")?.name).toBe("a");
});
