import { expect, it } from "vitest";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { CATALOG_FORMAT, openTables, OutdatedCatalogError } from "../../catalog/tables.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, entryOf, putOf, rootEntry } from "./support/model.js";

it("a catalog of an older format is opened neither for reading nor for writing", async () => {
  await using folder = await temporaryDirectory();
  const tables = openTables(folder.path);
  await tables.meta.put("format", CATALOG_FORMAT - 1);
  await tables.environment.close();
  expect(() => openCatalog(folder.path)).toThrow(OutdatedCatalogError);
  expect(() => openCatalogReader(folder.path)).toThrow(OutdatedCatalogError);
});

it("a catalog that is given up is outdated from then on", async () => {
  await using folder = await temporaryDirectory();
  {
    await using catalog = openCatalog(folder.path);
    await catalog.giveUp();
  }
  expect(() => openCatalog(folder.path)).toThrow(OutdatedCatalogError);
});

it("a missing catalog is made, unless told not to", async () => {
  await using folder = await temporaryDirectory();
  expect(() => openCatalog(folder.join("c"), { create: false })).toThrow(
    expect.objectContaining({ code: "STORE_UNINITIALISED" }),
  );
  await using _catalog = openCatalog(folder.join("c"));
});

it("a catalog knows which segments of the unfinished snapshot it has applied, and which store it is made from", async () => {
  await using folder = await temporaryDirectory();
  const batch = batchOf(1, [putOf(rootEntry), putOf(entryOf(2, 1, "a"))]);
  {
    await using catalog = openCatalog(folder.path);
    await catalog.begin();
    expect(catalog.holds(0, Buffer.alloc(32, 1))).toBe(false);
    await catalog.apply(1 as SnapshotNumber, 0, batch, Buffer.alloc(32, 1));
    expect(catalog.origin()).toBeUndefined();
    await catalog.keepOrigin("here");
  }
  await using catalog = openCatalog(folder.path);
  expect(catalog.origin()).toBe("here");
  expect(catalog.holds(0, Buffer.alloc(32, 1))).toBe(true);
  expect(catalog.holds(0, Buffer.alloc(32, 2))).toBe(false);
  expect(catalog.holds(1, Buffer.alloc(32, 1))).toBe(false);
});
