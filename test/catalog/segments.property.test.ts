/**
 * Several segments a snapshot, in any order that a walk may have, interrupted and taken up again, with leaves so small that a
 * batch takes several transactions: everything that the catalog says, held against naive copies.
 */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { BatchApplier } from "../../catalog/batch-applier.js";
import { diffTrees } from "../../catalog/diff.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { openTables, readState } from "../../catalog/tables.js";
import { Tree } from "../../catalog/tree.js";
import type { Catalog } from "../../catalog/catalog.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import type { ChangeBatch, NodeEntry, NodePut, NodeRemoval } from "../../core/node.js";
import { temporaryDirectory } from "../support/tmp.js";
import { EditedTree, type EditStep } from "./support/edited-tree.js";
import { batchOf, lasting, lineOf, snapshotOf, walk } from "./support/model.js";

vi.mock("../../catalog/page.js", async (original) => ({ ...(await original<object>()), PAGE_BYTES: 300 }));

const number = fc.nat({ max: 60 });
const step: fc.Arbitrary<EditStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("add-file" as const), where: number, name: number }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("add-directory" as const), where: number, name: number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("modify" as const), which: number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: number }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("move" as const), which: number, where: number, name: number }),
  },
);
/** Of one attempt at a snapshot: edits before it, how puts are ordered, cut, and where it is killed. */
const attempt = fc.record({
  steps: fc.array(step, { maxLength: 10 }),
  order: fc.array(fc.nat({ max: 1000 }), { minLength: 8, maxLength: 8 }),
  cut: fc.nat({ max: 6 }),
  kill: fc.option(fc.nat({ max: 4 })),
});
const script = fc.array(fc.array(attempt, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });

function ordered(nodes: ReadonlyMap<number, NodeEntry>, puts: readonly NodePut[], order: readonly number[]): NodePut[] {
  const left = new Map(puts.map((put) => [put.entry.nodeId as number, put]));
  const isReady = ({ entry }: NodePut): boolean => {
    for (let at = nodes.get(entry.parentId); at; at = nodes.get(at.parentId)) if (left.has(at.nodeId)) return false;
    return true;
  };
  const result: NodePut[] = [];
  while (left.size > 0) {
    const ready = [...left.values()].filter(isReady);
    const put = ready[(order[result.length % order.length] ?? 0) % ready.length] as NodePut;
    left.delete(put.entry.nodeId);
    result.push(put);
  }
  return result;
}

async function applyPart(folder: string, snapshot: SnapshotNumber, segment: number, batch: ChangeBatch, steps: number) {
  const tables = openTables(folder);
  const state = readState(tables);
  const applier = new BatchApplier(new Tree(tables), { snapshot, segment }, batch, state);
  for (let at = 0; at < steps; at++) {
    const isDone = await tables.environment.transaction(() => {
      const probe = applier.step(1);
      if (!probe)
        void tables.meta.put("state", {
          ...state,
          ...applier.state,
          unfinished: { number: snapshot, segments: segment, isPartial: true },
        });
      else
        void tables.meta.put("state", {
          ...state,
          ...applier.state,
          unfinished: { number: snapshot, segments: segment + 1, isPartial: false },
        });
      return probe;
    });
    if (isDone) break;
  }
  await tables.environment.close();
}

interface Copy {
  readonly nodes: ReadonlyMap<number, NodeEntry>;
  readonly stamped: ReadonlyMap<string, string>;
  readonly walked: ReadonlyMap<string, string>;
}

function pathIn(nodes: ReadonlyMap<number, NodeEntry>, id: number): string[] | undefined {
  const entry = nodes.get(id);
  if (!entry) return undefined;
  return id === 1 ? [] : [...(pathIn(nodes, entry.parentId) as string[]), entry.name];
}
function subtree(nodes: ReadonlyMap<number, NodeEntry>, id: number): string {
  const own = nodes.get(id) as NodeEntry;
  const children = [...nodes.values()]
    .filter((n) => n.parentId === id && n.nodeId !== 1)
    .map((n) => `${n.name}:${subtree(nodes, n.nodeId)}`)
    .toSorted();
  return `${lineOf(own)}{${children.join(",")}}`;
}

it("says of every snapshot what naive copies say, however its segments were cut, ordered and interrupted", async () => {
  await fc.assert(
    fc.asyncProperty(script, async (snapshots) => {
      await using folder = await temporaryDirectory();
      let catalog: Catalog = openCatalog(folder.path);
      try {
        const tree = new EditedTree();
        const copies: Copy[] = [];
        for (const attempts of snapshots) {
          const { number: snapshot } = await catalog.begin();
          let segment = 0;
          const deferred: NodeRemoval[] = [];
          for (const [index, { steps, order, cut, kill }] of attempts.entries()) {
            for (const edit of steps) tree.apply(edit);
            const { puts, removals } = tree.takeBatch();
            deferred.push(...removals);
            const sorted = ordered(tree.nodes, puts, order);
            const cuts = [sorted.slice(0, cut), sorted.slice(cut, cut * 2), sorted.slice(cut * 2)];
            const parts: [NodePut[], NodeRemoval[]][] = cuts
              .filter((part) => part.length > 0)
              .map((part) => [part, []]);
            // Removals come only when an attempt has come to its end; half of them with the last puts.
            if (index === attempts.length - 1) {
              if (order[0]! % 2 === 0 && parts.length > 0) parts.at(-1)![1].push(...deferred);
              else parts.push([[], deferred]);
            }
            for (const [at, [some, gone]] of parts.entries()) {
              const batch = batchOf(catalog.next().version, some, gone);
              if (kill !== null && at === parts.length - 1) {
                await catalog[Symbol.asyncDispose]();
                await applyPart(folder.path, snapshot, segment, batch, kill + 1);
                catalog = openCatalog(folder.path);
              }
              await catalog.apply(snapshot, segment++, batch);
            }
          }
          expect(catalog.totals()).toEqual(tree.totals());
          expect(Object.fromEntries(walk(catalog.live))).toEqual(Object.fromEntries(tree.walked()));
          await catalog.publish(snapshotOf(snapshot));
          copies.push({ nodes: new Map(tree.nodes), stamped: tree.stamped(), walked: tree.walked() });
        }
        const most = Math.max(...copies.flatMap(({ nodes }) => [...nodes.keys()]));
        for (const [index, copy] of copies.entries()) {
          const view = catalog.view((index + 1) as SnapshotNumber);
          expect(lasting(walk(view))).toEqual(lasting(copy.walked));
          for (let id = 1; id <= most; id++)
            expect([id, view.pathOf(id as NodeId)]).toEqual([id, pathIn(copy.nodes, id)]);
          expect(
            [...catalog.entries((index + 1) as SnapshotNumber)]
              .map((e) => e.nodeId as number)
              .toSorted((a, b) => a - b),
          ).toEqual([...copy.nodes.keys()].toSorted((a, b) => a - b));
          for (const [other, before] of copies.entries()) {
            if (other >= index) break;
            const old = catalog.view((other + 1) as SnapshotNumber);
            for (const [id, entry] of copy.nodes) {
              if (entry.kind !== "directory" || !before.nodes.has(id)) continue;
              if (view.stampOf(entry.nodeId) === old.stampOf(entry.nodeId)) {
                expect(subtree(copy.nodes, id)).toBe(subtree(before.nodes, id));
              }
            }
            const told = [...diffTrees(old, view)];
            if (told.length === 0) expect(lasting(copy.walked)).toEqual(lasting(before.walked));
          }
        }
        // Where a node was, for everyone who had more than one place.
        for (let id = 2; id <= most; id++) {
          const expected: string[] = [];
          for (const { nodes } of copies) {
            const entry = nodes.get(id);
            const place = entry && `${entry.parentId}/${entry.name}`;
            if (place !== undefined && expected.at(-1) !== place) expected.push(place);
          }
          const places = catalog.placesOf(id as NodeId).map(({ parentId, name }) => `${parentId}/${name}`);
          if (places.length > 0) {
            let at = 0;
            for (const p of places) if (p === expected[at]) at++;
            expect([id, places, at]).toEqual([id, places, expected.length]);
          } else if (expected.length > 1) throw new Error(`node ${id} has no places, not ${expected.join()}`);
        }
      } finally {
        await catalog[Symbol.asyncDispose]();
      }
    }),
    { numRuns: 60 },
  );
});
