import { expect, it } from "vitest";
import type { CatalogEntry } from "../../../catalog/catalog.js";
import type { NodeId } from "../../../core/ids.js";
import { Directory } from "../../../daemon/backup/directory.js";

const live = (nodeId: number): CatalogEntry => ({ nodeId }) as unknown as CatalogEntry;
const id = (number: number): NodeId => number as NodeId;

it("a name is told once, whether its node stays, comes or goes by another name", () => {
  const directory = new Directory(id(1), []);
  directory.tellUnchanged(id(2));
  directory.tellChanged("new", id(9));
  expect(directory.hasTold("stays", live(2))).toBe(true);
  expect(directory.hasTold("new", undefined)).toBe(true);
  // Node 9 was under this name before, and the tree does not know better yet.
  expect(directory.hasTold("old", live(9))).toBe(false);
});

it("names of a large folder are forgotten once they are in the tree, where they are found by their nodes", async () => {
  const directory = new Directory(id(1), []);
  let written = 0;
  let done = false;
  void directory.during(Promise.resolve().then(() => void (done = true)));
  for (let i = 0; !directory.isFull; i++) directory.tellChanged(`name ${i}`, id(100 + i));
  await directory.empty(() => {
    expect(done).toBe(true);
    written++;
    return Promise.resolve();
  });
  expect(written).toBe(1);
  expect(directory.isFull).toBe(false);
  expect(directory.hasTold("name 7", live(107))).toBe(true);
  expect(directory.hasTold("another", undefined)).toBe(false);
  expect(directory.misses(id(107))).toBe(false);
  expect(directory.misses(id(5))).toBe(true);
});
