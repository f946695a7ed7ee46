// A check names whatever in a catalog does not fit together. Rows are damaged through LMDB with right checksums, so that
// nothing but the check can tell; bytes of the file are damaged in test/damage.
import { cp, rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BatchApplier } from "../../../catalog/batch-applier.js";
import { CatalogCheck } from "../../../catalog/check/catalog-check.js";
import { openCatalog, openCatalogReader } from "../../../catalog/lmdb-catalog.js";
import { OutdatedCatalogError, openTables, readState, type Tables } from "../../../catalog/tables.js";
import { Tree } from "../../../catalog/tree.js";
import type { NodeId } from "../../../core/ids.js";
import { makeSampleCatalog } from "../../damage/support/sample-catalog.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { batchOf, putOf } from "../support/model.js";
import { damages } from "./damages.js";

let folder: TemporaryDirectory;
let copies = 0;

beforeAll(async () => {
  folder = await temporaryDirectory();
  await makeSampleCatalog(folder.join("sample"));
});

afterAll(() => folder[Symbol.asyncDispose]());

async function problemsOf(path: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { where, message } of new CatalogCheck(path).run()) found.push(`${where}: ${message}`);
  return found;
}

/** A copy of the sample in which something was changed in one transaction. */
async function changed(change: (tables: Tables, tree: Tree) => void): Promise<string> {
  const path = folder.join(`copy ${copies++}`);
  await cp(folder.join("sample"), path, { recursive: true });
  const tables = openTables(path);
  await tables.environment.transaction(() => change(tables, new Tree(tables)));
  await tables.environment.close();
  return path;
}

/** Writes the leaf of `directory` anew, with its right checksum and under its own key. */

describe("a check", () => {
  it("finds nothing in a sound catalog, and says what it looked at", async () => {
    const check = new CatalogCheck(folder.join("sample"));
    for await (const problem of check.run()) expect.unreachable(problem.message);
    expect(check.counts).toMatchObject({ problems: 0, snapshots: 3 });
    expect(check.counts.entries).toBeGreaterThan(7_000);
  });

  it.each(damages)("names %s", async (_, damage, message) => {
    const path = await changed(damage);
    expect((await problemsOf(path)).join("\n")).toMatch(message);
    await rm(path, { recursive: true });
  });

  it("goes on behind a leaf that cannot be read, and does not take what is missing for wrong", async () => {
    const path = await changed(({ leaves }) => {
      for (const [index, { key, value }] of [...leaves.getRange()].entries()) {
        if (index === 3 || index === 30) void leaves.put(key, Buffer.from(value).fill(0, 50, 60));
      }
    });
    const found = await problemsOf(path);
    expect(found).toHaveLength(2);
    expect(found.every((text) => text.includes("its checksum is wrong"))).toBe(true);
  });

  it("has nothing to say of a batch that a kill has left in part", async () => {
    const path = await changed(() => {});
    await using catalog = openCatalog(path);
    const { number } = await catalog.begin();
    const moved = [...catalog.live.list(1 as NodeId)].slice(0, 5);
    const inner = [...catalog.live.list(30 as NodeId)];
    const puts = [
      ...moved.slice(1).map((entry) => putOf({ ...entry, sourceId: undefined, parentId: 40 as NodeId }, entry)),
      ...inner.map((entry) => putOf({ ...entry, sourceId: undefined, name: `${entry.name} too` }, entry)),
    ];
    const batch = batchOf(catalog.next().version, puts);
    const tables = openTables(path);
    const before = readState(tables);
    const applier = new BatchApplier(new Tree(tables), { snapshot: number, segment: 0 }, batch, before);
    let steps = 0;
    for (let isLeft = true; isLeft; steps++) {
      isLeft = await tables.environment.transaction(() => {
        const isDone = applier.step(1);
        const unfinished = { number, segments: isDone ? 1 : 0, isPartial: !isDone };
        void tables.meta.put("state", { ...before, ...applier.state, unfinished });
        return !isDone;
      });
      expect(await problemsOf(path)).toEqual([]);
    }
    expect(steps).toBeGreaterThan(2);
    await tables.environment.close();
  });

  it("sees one state of all tables, whatever is written meanwhile", async () => {
    const path = await changed(() => {});
    await using catalog = openCatalog(path);
    const found: string[] = [];
    let turns = 0;
    const touch = async (): Promise<void> => {
      const { number, segments } = await catalog.begin();
      const entries = [...catalog.live.list((2 + (turns % 100)) as NodeId)].filter(({ kind }) => kind === "file");
      const puts = entries.map((entry) => putOf({ ...entry, sourceId: undefined, sizeBytes: entry.sizeBytes + 1 }));
      await catalog.apply(number, segments, batchOf(catalog.next().version, puts));
    };
    let writing: Promise<void> = Promise.resolve();
    const onProgress = (): void => {
      turns++;
      writing = writing.then(touch);
    };
    for await (const { where, message } of new CatalogCheck(path, { onProgress }).run()) found.push(where + message);
    await writing;
    expect(turns).toBeGreaterThan(3);
    expect(found).toEqual([]);
  });

  it("leaves a catalog of another format to who builds it anew, and one that is not there to who asks", async () => {
    const path = await changed(({ meta }) => void meta.put("format", 3));
    await expect(problemsOf(path)).rejects.toThrow(OutdatedCatalogError);
    await expect(problemsOf(folder.join("nowhere"))).rejects.toMatchObject({ code: "STORE_UNINITIALISED" });
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const check = new CatalogCheck(folder.join("sample"), { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(check.run().next()).rejects.toThrow("aborted");
    await using reader = openCatalogReader(folder.join("sample"));
    expect(reader.snapshots()).toHaveLength(3);
  });
});
