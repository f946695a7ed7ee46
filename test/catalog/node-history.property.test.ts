import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CatalogReader } from "../../catalog/catalog.js";
import { resolve } from "../../catalog/diff.js";
import { lastSeen } from "../../catalog/last-seen.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { nodeHistory } from "../../catalog/node-history.js";
import { Published } from "../../catalog/published.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { Pace } from "../../core/pace.js";
import { temporaryDirectory } from "../support/tmp.js";
import {
  backUpScript,
  type Copy,
  editScript,
  type NaiveVersion,
  naiveVersions,
  pathIn,
} from "./support/edit-script.js";
import type { EditedTree, EditStep } from "./support/edited-tree.js";

type IsWanted = (tree: EditedTree, edit: EditStep) => boolean;

const onlyDirectoriesMove: IsWanted = (tree, edit) => {
  const nodes = [...tree.nodes.values()];
  return edit.kind !== "move" || nodes[edit.which % nodes.length]?.kind === "directory";
};

describe("the history of a node", () => {
  it.each<[string, IsWanted]>([
    ["where directories move", onlyDirectoriesMove],
    ["where files move as well", () => true],
  ])("is what naive copies of the tree tell, from whichever snapshot it is asked for, %s", async (_, isWanted) => {
    await fc.assert(
      fc.asyncProperty(editScript, async (edits) => {
        await using folder = await temporaryDirectory();
        await using catalog = openCatalog(folder.path);
        const copies = await backUpScript(catalog, edits, isWanted);
        for (const [index, copy] of copies.entries()) {
          const view = catalog.view((index + 1) as SnapshotNumber);
          for (const nodeId of copy.keys()) {
            const entry = resolve(view, split(pathIn(copy, nodeId)));
            expect(entry?.nodeId).toBe(nodeId);
            expect(entry && (await told(catalog, entry))).toEqual(expected(copies, nodeId));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

it("a path is found in the newest snapshot that has it", async () => {
  await fc.assert(
    fc.asyncProperty(editScript, async (edits) => {
      await using folder = await temporaryDirectory();
      await using catalog = openCatalog(folder.path);
      const copies = await backUpScript(catalog, edits);
      const newest = new Map<string, number>();
      for (const [index, copy] of copies.entries()) {
        for (const nodeId of copy.keys()) newest.set(pathIn(copy, nodeId) ?? "", index + 1);
      }
      const published = new Published(catalog);
      for (const [path, number] of newest) {
        expect(lastSeen(catalog, published, split(path))?.snapshot.number).toBe(number);
        expect(lastSeen(catalog, published, [...split(path), "nowhere"])).toBeUndefined();
      }
    }),
    { numRuns: 60 },
  );
});

const split = (path: string | undefined): readonly string[] => (path ?? "").split("/").slice(1);

async function told(catalog: CatalogReader, node: Parameters<typeof nodeHistory>[2]): Promise<readonly string[]> {
  return (await nodeHistory(catalog, new Published(catalog), node, new Pace())).map((version) => {
    const { first, last, entry, path, change, removedIn } = version;
    return lineOf({
      first: first.number,
      last: last.number,
      entry,
      path: path.map((name) => `/${name}`).join(""),
      kind: change.kind,
      from: change.kind === "renamed" ? change.from.map((name) => `/${name}`).join("") : "",
      changed: change.kind === "created" ? "" : change.changed.join(),
      removedIn: removedIn?.number,
    });
  });
}

interface Line extends Omit<NaiveVersion, "entry"> {
  readonly entry: Pick<NaiveVersion["entry"], "nodeId" | "contentId">;
  readonly kind: string;
  readonly from: string;
  readonly changed: string;
  readonly removedIn: number | undefined;
}

function lineOf({ first, last, entry, path, kind, from, changed, removedIn }: Line): string {
  const removed = removedIn === undefined ? "" : ` removed in ${removedIn}`;
  return `${first}-${last} node ${entry.nodeId} content ${entry.contentId} ${path} ${kind} ${from} (${changed})${removed}`;
}

/** Naively: forward and back along the pairs of nodes that replaced each other, and every version of each. */
function expected(copies: readonly Copy[], nodeId: number): readonly string[] {
  const nodes = [nodeId];
  for (let id = replacedBy(copies, nodeId, 1); id !== undefined; id = replacedBy(copies, id, 1)) nodes.push(id);
  for (let id = replacedBy(copies, nodeId, -1); id !== undefined; id = replacedBy(copies, id, -1)) nodes.unshift(id);
  const versions = nodes.flatMap((id) => naiveVersions(copies, id));
  return versions
    .map((version, index) => {
      const before = versions[index - 1];
      const isNewest = index === versions.length - 1;
      return lineOf({
        ...version,
        ...changeOf(before, version),
        removedIn: isNewest && version.last < copies.length ? version.last + 1 : undefined,
      });
    })
    .toReversed();
}

/** The node of the same kind at the same path in the snapshot behind the last (or before the first) that has this one. */
function replacedBy(copies: readonly Copy[], nodeId: number, step: 1 | -1): number | undefined {
  const has = (copy: Copy): boolean => copy.has(nodeId);
  const end = step === 1 ? copies.findLastIndex(has) : copies.findIndex(has);
  const [here, there] = [copies[end], copies[end + step]];
  const other = [...(there?.values() ?? [])].find((node) => pathIn(there, node.nodeId) === pathIn(here, nodeId));
  return other && other.kind === here?.get(nodeId)?.kind && !here.has(other.nodeId) ? other.nodeId : undefined;
}

function changeOf(before: NaiveVersion | undefined, after: NaiveVersion): Pick<Line, "kind" | "from" | "changed"> {
  if (!before) return { kind: "created", from: "", changed: "" };
  const [a, b] = [before.entry, after.entry];
  const changed = [
    ...(a.contentId === b.contentId ? [] : ["content"]),
    ...(a.sizeBytes === b.sizeBytes ? [] : ["size"]),
  ];
  if (changed.length === 0) changed.push("attributes");
  if (a.nodeId !== b.nodeId) return { kind: "replaced", from: "", changed: changed.join() };
  const stayed = a.parentId === b.parentId && a.name === b.name;
  return stayed
    ? { kind: "modified", from: "", changed: changed.join() }
    : { kind: "renamed", from: before.path, changed: changed.join() };
}
