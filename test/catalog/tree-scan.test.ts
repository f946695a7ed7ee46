import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Catalog } from "../../catalog/catalog.js";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { NO_NODE, ROOT_NODE, type NodeId, type SnapshotNumber } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, removalOf, rootEntry, snapshotOf, walk } from "./support/model.js";

const first = 1 as SnapshotNumber;

/** Snapshot 1: d, d/x, y. Snapshot 2: d/x changed, y gone. Not published: d/x changed again, z. */
async function fill(catalog: Catalog): Promise<void> {
  const x = entryOf(3, 2, "x");
  const y = entryOf(4, 1, "y");
  const one = await catalog.begin();
  await catalog.apply(
    one.number,
    0,
    batchOf(
      1,
      [rootEntry, directoryOf(2, 1, "d"), x, y].map((entry) => putOf(entry)),
    ),
  );
  await catalog.publish(snapshotOf(1));
  const two = await catalog.begin();
  await catalog.apply(two.number, 0, batchOf(5, [putOf({ ...x, sizeBytes: 11 })], [removalOf(y)]));
  await catalog.publish(snapshotOf(2));
  const three = await catalog.begin();
  await catalog.apply(three.number, 0, batchOf(6, [putOf({ ...x, sizeBytes: 12 }), putOf(entryOf(5, 1, "z"))]));
}

describe("reading the whole tree", () => {
  it("gives every entry of a snapshot once, directory by directory", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await fill(catalog);
    const read = Array.from(catalog.entries(first), ({ parentId, name, sizeBytes }) => [parentId, name, sizeBytes]);
    expect(read).toEqual([
      [NO_NODE, "", 0],
      [ROOT_NODE, "d", 0],
      [ROOT_NODE, "y", 10],
      [2, "x", 10],
    ]);
  });

  it("gives every published version with the snapshots it is in, and nothing of an unpublished one", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await fill(catalog);
    const read = Array.from(catalog.versions(), ({ name, sizeBytes, since, until }) => [name, sizeBytes, since, until]);
    expect(read).toEqual([
      ["", 0, 1, undefined],
      ["d", 0, 1, undefined],
      ["y", 10, 1, 2],
      ["x", 11, 2, undefined],
      ["x", 10, 1, 2],
    ]);
  });

  it("gives the versions of one name, newest first", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await fill(catalog);
    const sizes = (name: string): number[] =>
      Array.from(catalog.versionsOf(2 as NodeId, name), ({ sizeBytes }) => sizeBytes);
    expect(sizes("x")).toEqual([11, 10]);
    expect(sizes("w")).toEqual([]);
    expect(sizes("y")).toEqual([]);
  });
});

describe("a catalog's environment", () => {
  it("is copied whole while it is open", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(join(folder.path, "catalog"));
    await fill(catalog);
    const copy = join(folder.path, "copy");
    mkdirSync(copy);
    await catalog.copyTo(copy);
    await using reader = openCatalogReader(copy);
    expect(walk(reader.view(first))).toEqual(walk(catalog.view(first)));
    expect(reader.snapshots()).toEqual(catalog.snapshots());
  });

  it("says what it takes: the file, and each table's part of it", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await fill(catalog);
    const { bytes, tables } = catalog.size();
    expect(bytes % 4096).toBe(0);
    expect(tables.find(({ name }) => name === "leaves")).toEqual({ name: "leaves", rows: 1, bytes: 4096 });
    expect(tables.reduce((sum, table) => sum + table.bytes, 0)).toBeLessThan(bytes);
  });
});
