import fc from "fast-check";
import { expect, it } from "vitest";
import { diffTrees, type Difference } from "../../catalog/diff.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import type { SnapshotTree } from "../../catalog/catalog.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { editScript } from "./support/edit-script.js";
import { EditedTree } from "./support/edited-tree.js";
import { batchOf, lasting, snapshotOf, walk } from "./support/model.js";

it("shows every snapshot as a naive copy of the tree has it, and tells exactly what changed between any two", async () => {
  await fc.assert(
    fc.asyncProperty(editScript, async (edits) => {
      await using folder = await temporaryDirectory();
      await using catalog = openCatalog(folder.path);
      const tree = new EditedTree();
      const copies: ReadonlyMap<string, string>[] = [];
      for (const [index, steps] of edits.entries()) {
        for (const edit of steps) tree.apply(edit);
        const { number: snapshot } = await catalog.begin();
        const { puts, removals } = tree.takeBatch();
        // In two segments, as a backup does it: removals come at the end.
        await catalog.apply(snapshot, 0, batchOf(catalog.next().version, puts));
        await catalog.apply(snapshot, 1, batchOf(catalog.next().version, [], removals));
        expect(catalog.totals()).toEqual(tree.totals());
        await catalog.publish(snapshotOf(index + 1));
        copies.push(tree.stamped());
        expect(Object.fromEntries(walk(catalog.live))).toEqual(Object.fromEntries(tree.walked()));
      }
      const directories = [...new Set(copies.flatMap((copy) => directoriesOf(copy)))];
      for (const [index, copy] of copies.entries()) {
        const view = catalog.view((index + 1) as SnapshotNumber);
        expect(lasting(walk(view))).toEqual(lasting(copy));
        for (const [other, before] of copies.entries()) {
          const earlier = catalog.view((other + 1) as SnapshotNumber);
          expect(told([...diffTrees(earlier, view)])).toEqual(expected(before, copy));
          const [stamped, naive] = [equalStamps(earlier, view, directories), equalSubtrees(before, copy, directories)];
          // What changed and changed back in between has other stamps all the same.
          if (Math.abs(other - index) <= 1) expect(stamped).toEqual(naive);
          else expect(naive).toEqual(expect.arrayContaining([...stamped]));
        }
        for (const [path, line] of copy)
          expect(view.pathOf(Number(idOf(line)) as NodeId)?.join("/")).toBe(path.slice(1));
      }
    }),
    { numRuns: 120 },
  );
});

function directoriesOf(copy: ReadonlyMap<string, string>): readonly string[] {
  return [...copy.values()].filter((line) => line.startsWith("directory")).map(idOf);
}

/** Directories in both trees whose stamps say that nothing in or beneath them is different. */
function equalStamps(a: SnapshotTree, b: SnapshotTree, directories: readonly string[]): readonly string[] {
  return directories.filter((id) => {
    const nodeId = Number(id) as NodeId;
    return a.pathOf(nodeId) && b.pathOf(nodeId) && a.stampOf(nodeId) === b.stampOf(nodeId);
  });
}

function equalSubtrees(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
  directories: readonly string[],
): readonly string[] {
  return directories.filter((id) => {
    const [before, after] = [subtree(a, id), subtree(b, id)];
    return before !== undefined && before === after;
  });
}

/** A directory's own line but for where it is, and all beneath it. */
function subtree(copy: ReadonlyMap<string, string>, id: string): string | undefined {
  const [top, own] = [...copy].find(([, line]) => idOf(line) === id) ?? [];
  if (top === undefined) return undefined;
  const below = [...copy]
    .filter(([path]) => path.startsWith(`${top}/`))
    .map(([path, line]) => path.slice(top.length) + line);
  return JSON.stringify([own, below.toSorted()]);
}

function told(differences: readonly Difference[]): readonly string[] {
  return differences
    .map((difference) => {
      const path = `/${difference.path.join("/")}`;
      return difference.kind === "renamed"
        ? `renamed /${difference.from.join("/")} ${path}`
        : `${difference.kind} ${path}`;
    })
    .toSorted();
}

/** Naively: by node id, from two full copies. A directory above that moved carries its descendants along. */
function expected(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const lines: string[] = [];
  const pathsBefore = byNode(before);
  const pathsAfter = byNode(after);
  const gonePaths = new Map<string, string>();
  for (const [id, path] of pathsBefore) if (!pathsAfter.has(id)) gonePaths.set(path, id);
  for (const [path, line] of after) {
    const id = idOf(line);
    const from = pathsBefore.get(id);
    if (from === undefined) {
      const replaced = gonePaths.get(path);
      const isFile = line.startsWith("file");
      if (replaced !== undefined && isFile && before.get(path)?.startsWith("file")) {
        gonePaths.delete(path);
        lines.push(`modified ${path}`);
      } else {
        lines.push(`added ${path}`);
      }
      continue;
    }
    const parentBefore = idOf(before.get(parentOf(from)) ?? "directory 1");
    const parentAfter = idOf(after.get(parentOf(path)) ?? "directory 1");
    const moved = parentBefore !== parentAfter || nameOf(from) !== nameOf(path);
    if (moved) lines.push(`renamed ${from} ${path}`);
    else if (before.get(from) !== line) lines.push(`modified ${path}`);
  }
  for (const path of gonePaths.keys()) lines.push(`removed ${path}`);
  return lines.toSorted();
}

const idOf = (line: string): string => line.split(" ")[1] ?? "";
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const byNode = (tree: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map(Array.from(tree, ([path, line]) => [idOf(line), path]));
