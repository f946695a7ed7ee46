import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportOn, type ReportOptions, type SnapshotReport } from "../../../catalog/analytics/report.js";
import { entriesBeneath } from "../../../catalog/subtree.js";
import type { Catalog } from "../../../catalog/catalog.js";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import { ROOT_NODE, type ContentId, type NodeId, type SnapshotNumber } from "../../../core/ids.js";
import type { NodeEntry } from "../../../core/node.js";
import { temporaryDirectory } from "../../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, removalOf, rootEntry, snapshotOf } from "../support/model.js";

const first = 1 as SnapshotNumber;
const ascending = (a: number, b: number): number => a - b;

async function fill(catalog: Catalog, entries: readonly NodeEntry[]): Promise<void> {
  const { number } = await catalog.begin();
  const puts = entries.map((entry) => putOf(entry));
  await catalog.apply(number, 0, batchOf(catalog.next().version, puts));
  await catalog.publish(snapshotOf(number, catalog.totals()));
}

function report(catalog: Catalog, number: number, options: Partial<ReportOptions> = {}): Promise<SnapshotReport> {
  const snapshot = catalog.snapshots()[number - 1];
  if (!snapshot) throw new Error(`no snapshot ${number}`);
  return reportOn(catalog, snapshot, ROOT_NODE, { top: 10, duplicatesIn: catalog.folder, ...options });
}

const content = (contentId: number, xorhash: bigint): Partial<NodeEntry> => ({
  contentId: contentId as ContentId,
  xorhash,
});

describe("a report", () => {
  it("of an older snapshot knows duplicates whose fingerprints are gone", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const [a, b, c, d] = [
      entryOf(3, 2, "a", content(7, 70n)),
      entryOf(4, 1, "b", content(7, 70n)),
      entryOf(5, 1, "c", content(9, 70n)),
      entryOf(6, 1, "d", content(8, 80n)),
    ];
    await fill(catalog, [rootEntry, directoryOf(2, 1, "dir"), a, b, c, d]);
    const before = await report(catalog, 1);
    expect(before.duplicates).toMatchObject({ groups: 1, files: 3, wastedBytes: 20, unsharedBytes: 10 });
    expect(before.duplicates?.largest[0]?.paths.toSorted()).toEqual([["b"], ["c"], ["dir", "a"]]);

    const { number } = await catalog.begin();
    const later = { sizeBytes: 11, ...content(10, 100n) };
    await catalog.apply(
      number,
      0,
      batchOf(catalog.next().version, [putOf({ ...a, ...later }), putOf({ ...d, ...later })]),
    );
    await catalog.publish(snapshotOf(number, catalog.totals()));
    expect(await report(catalog, 1)).toEqual(before);

    await catalog.apply((await catalog.begin()).number, 0, batchOf(catalog.next().version, [], [removalOf(b)]));
    await catalog.publish(snapshotOf(3, catalog.totals()));
    // Nothing says any more what a and b have in common with c; that they are equal is still proven.
    const after = await report(catalog, 1);
    expect(after.duplicates).toMatchObject({ groups: 1, files: 2, wastedBytes: 10, unsharedBytes: 0 });
    expect({ ...after, duplicates: 0 }).toEqual({ ...before, duplicates: 0 });
  });

  it("of a tree without files is zeros and empty tables", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await fill(catalog, [rootEntry]);
    const empty = await report(catalog, 1);
    expect(empty).toMatchObject({
      totals: { files: 0, directories: 1, symlinks: 0, bytes: 0 },
      averageBytes: undefined,
      types: { largest: [], others: { files: 0, bytes: 0 }, extensions: 0 },
      largestFiles: [],
      largestDirectories: [],
      duplicates: { groups: 0, largest: [] },
      growth: [{ bytes: undefined }],
    });
  });

  it("stops when it is told to", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await fill(catalog, [rootEntry, entryOf(2, 1, "a")]);
    const reason = new Error("enough");
    await expect(report(catalog, 1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("the entries beneath a directory", () => {
  it("are all of them, directory by directory, however few subdirectories may wait", async () => {
    const parents = fc.array(fc.nat(), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(parents, fc.integer({ min: 1, max: 5 }), async (chosen, waiting) => {
        await using folder = await temporaryDirectory();
        await using catalog = openCatalog(folder.path);
        const directories: NodeEntry[] = [directoryOf(2, 1, "top")];
        for (const choice of chosen) {
          const parent = directories[choice % directories.length]?.nodeId ?? 2;
          directories.push(directoryOf(directories.length + 2, parent, `d${directories.length}`));
        }
        const files = directories.map(({ nodeId }) => entryOf(nodeId + 100, nodeId, "f"));
        await fill(catalog, [rootEntry, entryOf(99, 1, "elsewhere"), ...directories, ...files]);
        const found = [...entriesBeneath(catalog.view(first), 2 as NodeId, waiting)];
        const expected = [...directories.slice(1), ...files].map(({ nodeId }) => nodeId);
        expect(found.map(({ nodeId }) => nodeId).toSorted(ascending)).toEqual(expected.toSorted(ascending));
        const order = found.map(({ parentId }) => parentId).filter((id, index, all) => id !== all[index - 1]);
        expect(new Set(order).size).toBe(order.length);
      }),
      { numRuns: 20 },
    );
  });

  it("of the whole tree stay as they were while a backup goes on between them", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const files = Array.from({ length: 3000 }, (_, index) => entryOf(index + 2, 1, `file ${index}`));
    await fill(catalog, [rootEntry, ...files]);
    let seen = 0;
    for (const { kind, xorhash } of catalog.entries(first)) {
      if (kind === "file") expect(xorhash).not.toBe(0n);
      if (++seen !== 50) continue;
      const { number } = await catalog.begin();
      await catalog.apply(number, 0, batchOf(catalog.next().version, [], files.map(removalOf)));
    }
    expect(seen).toBe(3001);
  });
});
