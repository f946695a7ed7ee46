// Batches that do not fit the tree: refused as a whole, with an error that names the place.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Catalog } from "../../catalog/catalog.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { DamagedError } from "../../core/errors.js";
import type { SnapshotNumber } from "../../core/ids.js";
import type { ChangeBatch } from "../../core/node.js";
import { temporaryDirectory, type TemporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, removalOf, rootEntry, snapshotOf, walk } from "./support/model.js";

let folder: TemporaryDirectory;
let catalog: Catalog;
const second = 2 as SnapshotNumber;

const [a, b, c] = [directoryOf(2, 1, "a"), directoryOf(3, 2, "b"), directoryOf(4, 3, "c")];
const file = entryOf(5, 1, "file");
const VERSIONS = 6;

beforeEach(async () => {
  folder = await temporaryDirectory();
  catalog = openCatalog(folder.path);
  const { number } = await catalog.begin();
  await catalog.apply(
    number,
    0,
    batchOf(
      1,
      [rootEntry, a, b, c, file].map((entry) => putOf(entry)),
    ),
  );
  await catalog.publish(snapshotOf(1));
  await catalog.begin();
});

afterEach(async () => {
  await catalog[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const moved = (entry: typeof a, parentId: number, name = entry.name) =>
  putOf(directoryOf(entry.nodeId, parentId, name), entry);

const refused: readonly (readonly [string, ChangeBatch, RegExp])[] = [
  ["moves a directory beneath itself", batchOf(VERSIONS, [moved(a, 4)]), /node 2: its parents form a cycle/],
  ["makes a directory its own parent", batchOf(VERSIONS, [moved(b, 3)]), /node 3: its parents form a cycle/],
  [
    "swaps two directories into each other",
    batchOf(VERSIONS, [moved(b, 6), putOf(directoryOf(6, 3, "d"))]),
    /node 3: its parents form a cycle/,
  ],
  [
    "has new directories that lie in each other",
    batchOf(VERSIONS, [putOf(directoryOf(6, 7, "d")), putOf(directoryOf(7, 6, "e"))]),
    /node 6: its parents form a cycle/,
  ],
  ["puts into a directory that never was", batchOf(VERSIONS, [putOf(entryOf(6, 99, "x"))]), /node 6: its parent 99/],
  ["puts into a file", batchOf(VERSIONS, [putOf(entryOf(6, 5, "x"))]), /node 6: its parent 5 is no directory/],
  [
    "puts into a directory that it removes",
    batchOf(VERSIONS, [putOf(entryOf(6, 4, "x"))], [removalOf(c)]),
    /node 6: its parent 4/,
  ],
  [
    "puts a directory into another one without saying that it moved",
    batchOf(VERSIONS, [putOf(directoryOf(4, 1, "c"))]),
    /node 4: it is in another directory/,
  ],
  ["puts a second root", batchOf(VERSIONS, [putOf(directoryOf(6, 0, ""))]), /node 6: only the root has no parent/],
  ["takes versions that are taken", batchOf(3, [putOf(entryOf(6, 1, "x"))]), /its versions from 3 on are taken/],
];

describe("a batch is refused and nothing of it applied when it", () => {
  it.each(refused)("%s", async (_, batch, message) => {
    const before = { tree: walk(catalog.live), next: catalog.next(), totals: catalog.totals() };
    const attempt = catalog.apply(second, 0, batch);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(DamagedError);
    await expect(attempt).rejects.toMatchObject({ fields: { where: "segment 0 of snapshot 2" } });
    expect({ tree: walk(catalog.live), next: catalog.next(), totals: catalog.totals() }).toEqual(before);
    expect(catalog.unfinished()).toEqual({ number: 2, segments: 0, isPartial: false });
  });

  it("leaves room for a right one in its place", async () => {
    await expect(catalog.apply(second, 0, batchOf(VERSIONS, [moved(a, 4)]))).rejects.toThrow(DamagedError);
    await catalog.apply(second, 0, batchOf(VERSIONS, [moved(c, 1, "top"), putOf(entryOf(6, 4, "x"))]));
    expect([...walk(catalog.live).keys()]).toEqual(["/a", "/a/b", "/file", "/top", "/top/x"]);
  });

  it("names a directory that an earlier batch has removed", async () => {
    await catalog.apply(second, 0, batchOf(VERSIONS, [putOf(entryOf(6, 4, "x"))]));
    await catalog.apply(second, 1, batchOf(VERSIONS + 1, [], [removalOf(entryOf(6, 4, "x")), removalOf(c)]));
    await expect(catalog.apply(second, 2, batchOf(VERSIONS + 1, [putOf(entryOf(7, 4, "y"))]))).rejects.toThrow(
      "Segment 2 of snapshot 2 does not fit the catalog: node 7: its parent 4 is no directory of the share.",
    );
  });
});
