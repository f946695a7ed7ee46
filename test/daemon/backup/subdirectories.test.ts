import { expect, it } from "vitest";
import type { NodeId } from "../../../core/ids.js";
import { Subdirectories, type FoundDirectory } from "../../../daemon/backup/subdirectories.js";

const id = (n: number): NodeId => n as NodeId;

/** All that are taken, and how often the tree was asked. */
function takeAll(subdirectories: Subdirectories, gone: ReadonlySet<number> = new Set()) {
  const found: FoundDirectory[] = [];
  let asked = 0;
  const live = {
    pathOf: (nodeId: NodeId) => {
      asked++;
      return gone.has(nodeId) ? undefined : ["up", `name ${nodeId}`];
    },
  };
  for (let next = subdirectories.take(live); next; next = subdirectories.take(live)) found.push(next);
  return { found, asked };
}

const expected = (n: number, isUnchanged: boolean): FoundDirectory => ({
  nodeId: id(n),
  path: ["up", `name ${n}`],
  isUnchanged,
});

it("few are taken in the order in which they were found, without asking the tree", () => {
  const subdirectories = new Subdirectories(["up"]);
  for (const n of [7, 3, 5]) subdirectories.add(id(n), `name ${n}`, n === 3);
  const { found, asked } = takeAll(subdirectories);
  expect(found).toEqual([expected(7, false), expected(3, true), expected(5, false)]);
  expect(asked).toBe(0);
});

it("the names of unchanged ones are not held where there are many, and those of new ones until the tree has them", () => {
  const subdirectories = new Subdirectories(["up"]);
  const count = 200_000;
  for (let n = 0; n < count; n++) {
    subdirectories.add(id(n), `name ${n}`, n % 2 === 0);
    // As the walk does it, which has written its changes by then.
    if (n === 130_000) subdirectories.settle();
  }
  const { found, asked } = takeAll(subdirectories);
  expect(found.toSorted((a, b) => a.nodeId - b.nodeId)).toEqual(
    Array.from({ length: count }, (_, n) => expected(n, n % 2 === 0)),
  );
  expect(asked).toBeGreaterThan(130_000);
  // New ones that nobody has written are not in the tree.
  expect(asked).toBeLessThan(count - 30_000);
});

it("one that has lost its name to another node since is not taken", () => {
  const subdirectories = new Subdirectories(["up"]);
  for (const n of [1, 2, 3]) subdirectories.add(id(n), `name ${n}`, true);
  subdirectories.settle();
  expect(takeAll(subdirectories, new Set([2])).found.map(({ nodeId }) => nodeId)).toEqual([1, 3]);
});

it("are looked for where their folder is now, though the tree does not know yet that it was renamed", () => {
  const subdirectories = new Subdirectories(["new"]);
  subdirectories.add(id(1), "name 1", true);
  subdirectories.settle();
  expect(takeAll(subdirectories).found).toEqual([{ nodeId: id(1), path: ["new", "name 1"], isUnchanged: true }]);
});
