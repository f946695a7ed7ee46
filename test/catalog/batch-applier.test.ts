/** What applying a batch writes: rows counted, and a part of a batch completed later. */
import { describe, expect, it } from "vitest";
import { BatchApplier } from "../../catalog/batch-applier.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { openTables, readState, type CatalogState, type Tables } from "../../catalog/tables.js";
import { Tree } from "../../catalog/tree.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import type { ChangeBatch, NodeEntry } from "../../core/node.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, removalOf, rootEntry, snapshotOf, walk } from "./support/model.js";

const second = 2 as SnapshotNumber;
const CHANGES_PER_BATCH = 8192;

/** A folder `big` (node 2) with `nodes` beneath it, a tenth of them directories, beside `other` (node 3). */
function treeWith(nodes: number): readonly NodeEntry[] {
  const beneath = Array.from({ length: nodes }, (_, index) => {
    const id = index + 4;
    // Ten by ten: a directory and nine files beneath the directory of an earlier ten.
    const above = Math.floor(Math.floor(index / 10) / 4) * 10 + 4;
    const parent = index < 10 ? 2 : above;
    return index % 10 === 0 ? directoryOf(id, parent, `d${id}`) : entryOf(id, parent, `f${id}`);
  });
  return [rootEntry, directoryOf(2, 1, "big"), directoryOf(3, 1, "other"), ...beneath];
}

async function backedUp(folder: string, entries: readonly NodeEntry[]): Promise<void> {
  await using catalog = openCatalog(folder);
  const { number } = await catalog.begin();
  for (let from = 0; from < entries.length; from += CHANGES_PER_BATCH) {
    const puts = entries.slice(from, from + CHANGES_PER_BATCH).map((entry) => putOf(entry));
    await catalog.apply(number, from / CHANGES_PER_BATCH, batchOf(from + 1, puts));
  }
  await catalog.publish(snapshotOf(1));
  await catalog.begin();
}

/** @returns how many rows of each table applying the batch puts or removes */
async function countWrites(folder: string, batch: ChangeBatch): Promise<Readonly<Record<string, number>>> {
  const tables = openTables(folder);
  const writes: Record<string, number> = {};
  const counted = Object.fromEntries(
    Object.entries(tables).map(([name, table]: [string, object | string]) => [
      name,
      typeof table === "string"
        ? table
        : new Proxy(table, {
            get(target, key) {
              if (key === "put" || key === "remove") writes[name] = (writes[name] ?? 0) + 1;
              const value: unknown = Reflect.get(target, key, target);
              return typeof value === "function" ? (value.bind(target) as unknown) : value;
            },
          }),
    ]),
  ) as unknown as Tables;
  await tables.environment.transaction(() => {
    const applier = new BatchApplier(new Tree(counted), { snapshot: second, segment: 0 }, batch, readState(tables));
    expect(applier.step(Number.POSITIVE_INFINITY)).toBe(true);
  });
  await tables.environment.close();
  return writes;
}

describe("renaming and moving a directory", () => {
  it.each([1000, 60_000])("writes the same few rows with %i nodes beneath it", async (nodes) => {
    await using folder = await temporaryDirectory();
    await backedUp(folder.path, treeWith(nodes));
    const firstVersion = nodes + 4;
    const moved = putOf({ ...directoryOf(2, 3, "renamed") }, { parentId: 1, name: "big" });
    // Its own entry ends in one leaf and begins in another or the same; a full leaf and its ten neighbours are removed and put anew, with one more.
    const writes = await countWrites(folder.path, batchOf(firstVersion, [moved]));
    expect(writes["leaves"]).toBeLessThanOrEqual(4 * 12);
    // A full page becomes two.
    expect(writes["places"]).toBeLessThanOrEqual(2);
    expect(writes["stamps"]).toBeLessThanOrEqual(2);
    expect(Object.keys(writes).toSorted()).toEqual(["leaves", "places", "segments", "stamps"]);
  });
});

describe("a batch of which a kill has left a part", () => {
  it("is completed by applying it again, as if it had been applied at once", async () => {
    const entries = treeWith(5000);
    const files = entries.filter(({ kind }) => kind === "file");
    const changed = files.filter((_, index) => index % 3 === 0).map((entry) => putOf({ ...entry, sizeBytes: 99 }));
    const gone = files.filter((_, index) => index % 7 === 1).map((entry) => removalOf(entry));
    const movedFiles = files.slice(2, 3).map((entry) => {
      const { parentId, name } = entry;
      return putOf({ ...entry, parentId: 3 as NodeId, name: "moved" }, { parentId, name });
    });
    const movedFolder = putOf(directoryOf(2, 3, "big"), { parentId: 1, name: "big" });
    const added = Array.from({ length: 50 }, (_, index) => putOf(entryOf(10_000 + index, 3, `new ${index}`)));
    // Those beneath do not move with it, and have no other place than before.
    const changedFolders = entries
      .filter(({ kind, nodeId }) => kind === "directory" && nodeId > 3)
      .map((entry) => putOf(entry));
    const batch = batchOf(
      entries.length + 1,
      [...changed, ...changedFolders, ...movedFiles, movedFolder, ...added],
      gone,
    );

    await using whole = await temporaryDirectory();
    await using parts = await temporaryDirectory();
    for (const { path } of [whole, parts]) await backedUp(path, entries);
    for (const steps of [1, 5, 20]) await applyPartOf(parts.path, batch, steps);

    await using expected = openCatalog(whole.path);
    await using completed = openCatalog(parts.path);
    expect(completed.unfinished()).toEqual({ number: 2, segments: 0, isPartial: true });
    await expect(completed.publish(snapshotOf(2))).rejects.toMatchObject({ code: "INTERNAL" });
    expect(walk(completed.view(1 as SnapshotNumber)).size).toBe(entries.length - 1);
    for (const catalog of [expected, completed]) {
      await catalog.apply(second, 0, batch);
      await catalog.publish(snapshotOf(2));
    }
    expect(completed.totals()).toEqual(expected.totals());
    expect(completed.next()).toEqual(expected.next());
    expect([...completed.versions()]).toEqual([...expected.versions()]);
    for (const snapshot of [1 as SnapshotNumber, second]) {
      const [a, b] = [completed.view(snapshot), expected.view(snapshot)];
      for (const { nodeId } of entries) {
        expect(a.pathOf(nodeId)).toEqual(b.pathOf(nodeId));
        expect(a.stampOf(nodeId)).toBe(b.stampOf(nodeId));
      }
    }
    for (const { nodeId } of entries) expect(completed.placesOf(nodeId)).toEqual(expected.placesOf(nodeId));
  });

  /** As a kill after some of the batch's transactions leaves it. */
  async function applyPartOf(folder: string, batch: ChangeBatch, steps: number): Promise<void> {
    const tables = openTables(folder);
    const applier = new BatchApplier(new Tree(tables), { snapshot: second, segment: 0 }, batch, readState(tables));
    for (let step = 0; step < steps; step++) {
      await tables.environment.transaction(() => {
        expect(applier.step(1)).toBe(false);
        const state: CatalogState = {
          ...readState(tables),
          ...applier.state,
          unfinished: { number: second, segments: 0, isPartial: true },
        };
        void tables.meta.put("state", state);
      });
    }
    await tables.environment.close();
  }
});
