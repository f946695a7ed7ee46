/** Directories that span many leaves: random changes held against plain maps. */
import { open } from "lmdb";
import { describe, expect, it } from "vitest";
import { LeafChanges } from "../../../catalog/leaf/leaf-changes.js";
import { LIVE, type LeafEntry } from "../../../catalog/leaf/leaf-entry.js";
import { LeafTable, type LeafDatabase } from "../../../catalog/leaf/leaf-table.js";
import { findEntry, listEntries, NOW } from "../../../catalog/leaf/leaf-view.js";
import { decodeLeaf, verifyLeaf } from "../../../catalog/leaf/leaf.js";
import { LEAF_BYTES } from "../../../catalog/leaf/leaf-format.js";
import type { NodeId, SnapshotNumber } from "../../../core/ids.js";
import { compareUtf8 } from "../../../core/utf8-order.js";
import { Random } from "../../support/tree.js";
import { temporaryDirectory } from "../../support/tmp.js";

/** A naive tree with all its history: per directory and name, what was live from which snapshot on. */
type History = Map<string, { readonly since: number; readonly entry: LeafEntry | undefined }[]>;

function entryAt(history: History, key: string, snapshot: number): LeafEntry | undefined {
  return history.get(key)?.findLast(({ since }) => since <= snapshot)?.entry;
}

function leavesOf(database: LeafDatabase): { readonly bytes: number; readonly count: number } {
  let bytes = 0;
  let count = 0;
  for (const { value } of database.getRange()) {
    expect(value.length).toBeLessThanOrEqual(LEAF_BYTES);
    decodeLeaf(verifyLeaf(value));
    bytes += value.length;
    count++;
  }
  return { bytes, count };
}

const NOBODY = { ended() {}, put() {} };

describe("a table of leaves", () => {
  it.each([1, 2, 3])("shows every snapshot of directories that span many leaves, with seed %i", async (seed) => {
    await using folder = await temporaryDirectory();
    const environment = open({ path: folder.path, noSubdir: false });
    try {
      const database = environment.openDB<Buffer, Buffer>({
        name: "leaves",
        encoding: "binary",
        keyEncoding: "binary",
      });
      const table = new LeafTable(database);
      const random = new Random(seed);
      const history: History = new Map();
      const directories = [7, 8, 9, 500, 501, 90_000];
      let version = 1;
      const firstVersions: number[] = [0];
      for (let snapshot = 1; snapshot <= 6; snapshot++) {
        firstVersions.push(version);
        const changes = new LeafChanges();
        const touched = new Set<string>();
        for (let n = 0; n < 1500; n++) {
          const directory = random.pick(directories);
          const name = `${random.pick(["", "report ", "ü", "😀"])}${random.integer(0, 900)}${"x".repeat(random.integer(0, 30))}`;
          const key = `${directory}/${name}`;
          if (touched.has(key)) continue;
          touched.add(key);
          const live = entryAt(history, key, snapshot);
          const past = history.get(key) ?? [];
          if (live && random.integer(0, 3) === 0) {
            changes.end(directory as NodeId, name, live.nodeId);
            history.set(key, [...past, { since: snapshot, entry: undefined }]);
            continue;
          }
          const entry = randomEntry(random, name, live?.nodeId ?? 1000 + version, version++);
          changes.put(directory as NodeId, entry);
          history.set(key, [...past, { since: snapshot, entry }]);
        }
        await environment.transaction(() => {
          changes.inOrder(snapshot as SnapshotNumber, firstVersions[snapshot] ?? 0, NOBODY).apply(table);
        });
      }
      const { bytes, count } = leavesOf(database);
      expect(count).toBeGreaterThan(50);
      expect(bytes / count).toBeGreaterThan(0.75 * LEAF_BYTES);
      for (let snapshot = 1; snapshot <= 6; snapshot++) {
        const moment = { snapshot, versionLimit: firstVersions[snapshot + 1] ?? version };
        for (const directory of directories) {
          const expected = [...history.keys()]
            .filter((key) => key.startsWith(`${directory}/`))
            .map((key) => entryAt(history, key, snapshot))
            .filter((entry) => entry !== undefined)
            .toSorted((a, b) => compareUtf8(a.name, b.name));
          const listed = [...listEntries(table, directory as NodeId, undefined, moment)];
          expect(listed.map(lasting)).toEqual(expected.map(lasting));
          const middle = expected[expected.length >> 1];
          if (!middle) continue;
          const rest = [...listEntries(table, directory as NodeId, middle.name, moment)];
          expect(rest.map(lasting)).toEqual(expected.slice((expected.length >> 1) + 1).map(lasting));
          const found = findEntry(table, directory as NodeId, middle.name, moment);
          expect(found && lasting(found)).toEqual(lasting(middle));
          expect(findEntry(table, directory as NodeId, `${middle.name}?`, moment)).toBeUndefined();
        }
      }
      for (const [key] of history) {
        const [directory = "", name = ""] = key.split("/");
        expect(findEntry(table, Number(directory) as NodeId, name, NOW)).toEqual(entryAt(history, key, 6));
      }
    } finally {
      await environment.close();
    }
  });

  it("takes a directory of many leaves in between others, as a walk that goes deep first brings them", async () => {
    await using folder = await temporaryDirectory();
    const environment = open({ path: folder.path, noSubdir: false });
    try {
      const database = environment.openDB<Buffer, Buffer>({
        name: "leaves",
        encoding: "binary",
        keyEncoding: "binary",
      });
      const table = new LeafTable(database);
      const random = new Random(11);
      const expected = new Map<number, LeafEntry[]>();
      let version = 1;
      for (const directory of [5, 9000, 100, 7000, 6, 50, 8000, 7500]) {
        const all = Array.from({ length: random.integer(1, 1500) }, () => version++).map((number) =>
          randomEntry(random, `file ${String(number).padStart(6, "0")}`, 10_000 + number, number),
        );
        expected.set(directory, all);
        const changes = new LeafChanges();
        for (const entry of all) changes.put(directory as NodeId, entry);
        await environment.transaction(() => changes.inOrder(1 as SnapshotNumber, 0, NOBODY).apply(table));
        for (const [known, entries] of expected) {
          expect([...listEntries(table, known as NodeId, undefined, NOW)]).toEqual(entries);
        }
      }
      const { bytes, count } = leavesOf(database);
      expect(bytes / count).toBeGreaterThan(0.85 * LEAF_BYTES);
    } finally {
      await environment.close();
    }
  });

  it("keeps one name with more versions than a leaf can hold", async () => {
    await using folder = await temporaryDirectory();
    const environment = open({ path: folder.path, noSubdir: false });
    try {
      const database = environment.openDB<Buffer, Buffer>({
        name: "leaves",
        encoding: "binary",
        keyEncoding: "binary",
      });
      const table = new LeafTable(database);
      const random = new Random(9);
      const entries: LeafEntry[] = [];
      for (let snapshot = 1; snapshot <= 700; snapshot++) {
        const changes = new LeafChanges();
        const entry = randomEntry(random, "log", 5, snapshot);
        entries.push(entry);
        changes.put(3 as NodeId, entry);
        await environment.transaction(() => {
          changes.inOrder(snapshot as SnapshotNumber, snapshot, NOBODY).apply(table);
        });
      }
      expect(leavesOf(database).count).toBeGreaterThan(2);
      for (const [index, entry] of entries.entries()) {
        const moment = { snapshot: index + 1, versionLimit: index + 2 };
        expect(findEntry(table, 3 as NodeId, "log", moment)?.version).toBe(entry.version);
      }
    } finally {
      await environment.close();
    }
  });

  it("gives its room back when everything is removed, and takes entries again", async () => {
    await using folder = await temporaryDirectory();
    const environment = open({ path: folder.path, noSubdir: false });
    try {
      const database = environment.openDB<Buffer, Buffer>({
        name: "leaves",
        encoding: "binary",
        keyEncoding: "binary",
      });
      const table = new LeafTable(database);
      const random = new Random(4);
      const all = Array.from({ length: 2000 }, (_, index) =>
        randomEntry(random, `file ${index}`, index + 10, index + 1),
      );
      const change = async (step: (changes: LeafChanges) => void): Promise<void> => {
        const changes = new LeafChanges();
        step(changes);
        // All in one snapshot: what ends leaves no trace.
        await environment.transaction(() => changes.inOrder(1 as SnapshotNumber, 0, NOBODY).apply(table));
      };
      await change((changes) => all.forEach((entry) => changes.put(3 as NodeId, entry)));
      expect(leavesOf(database).count).toBeGreaterThan(10);
      await change((changes) => all.forEach(({ name, nodeId }) => changes.end(3 as NodeId, name, nodeId)));
      expect([...listEntries(table, 3 as NodeId, undefined, NOW)]).toEqual([]);
      expect(leavesOf(database).count).toBeLessThanOrEqual(1);
      await change((changes) => changes.put(3 as NodeId, all[0] as LeafEntry));
      expect([...listEntries(table, 3 as NodeId, undefined, NOW)]).toEqual([all[0]]);
    } finally {
      await environment.close();
    }
  });
});

function randomEntry(random: Random, name: string, nodeId: number, version: number): LeafEntry {
  return {
    name,
    kind: "file",
    nodeId,
    version,
    until: LIVE,
    mtimeNs: 1_700_000_000_000_000_000n + BigInt(random.integer(0, 1e9)) * 1_000_000_100n,
    sizeBytes: random.integer(0, 1e7),
    contentId: random.integer(1, 1e6),
    xorhash: BigInt(random.integer(0, 2 ** 40)) * 16_777_213n,
    signature: random.integer(0, 2 ** 32 - 1),
    posixId: random.integer(0, 3),
  } as unknown as LeafEntry;
}

function lasting({ name, kind, nodeId, version, mtimeNs, sizeBytes, contentId, posixId }: LeafEntry): unknown {
  return { name, kind, nodeId, version, mtimeNs, sizeBytes, contentId, posixId };
}
