// Finding children by names that come in some order: the answers are those of a lookup, and names in order cost hardly any reading.
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { LeafTable } from "../../catalog/leaf/leaf-table.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import type { Catalog } from "../../catalog/catalog.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import type { NodeEntry } from "../../core/node.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, removalOf, rootEntry, snapshotOf } from "./support/model.js";

const FOLDER = 2 as NodeId;

async function apply(
  catalog: Catalog,
  segment: number,
  entries: readonly NodeEntry[],
  gone: readonly NodeEntry[] = [],
) {
  const { number } = await catalog.begin();
  const removals = gone.map((entry) => removalOf(entry));
  const puts = entries.map((entry) => putOf(entry));
  await catalog.apply(number, segment, batchOf(catalog.next().version, puts, removals));
}

const around = [rootEntry, directoryOf(2, 1, "folder"), directoryOf(3, 1, "next")];
const filesOf = (names: readonly string[], folder: number, first: number): NodeEntry[] =>
  names.map((name, index) => entryOf(first + index, folder, name, { sizeBytes: index }));

it("answers as a lookup does, in any order, of names that are there and others, while the tree changes", async () => {
  const anyName = fc.oneof(fc.stringMatching(/^[a-cA-C]{1,4}$/), fc.string({ minLength: 1, unit: "grapheme" }));
  const usable = anyName.filter((name) => !/[/\0]/.test(name) && name !== "." && name !== "..");
  const names = fc.uniqueArray(usable, { maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(names, names, fc.array(fc.nat()), async (there, others, order) => {
      await using folder = await temporaryDirectory();
      await using catalog = openCatalog(folder.path);
      const files = filesOf(there, FOLDER, 10);
      await apply(catalog, 0, [...around, ...files, ...filesOf(others, 3, 10_000)]);
      const finder = catalog.live.children(FOLDER);
      const asked = [...there, ...others, ...order.map((at) => there[at % there.length] ?? "x")];
      const expectSame = (): void => {
        for (const name of asked) {
          const found = finder.find(name);
          const { nodeId, sizeBytes, signature, mtimeNs, version } = found ?? {};
          const wanted = catalog.live.lookup(FOLDER, name);
          expect({ nodeId, sizeBytes, signature, mtimeNs, version }).toEqual({
            nodeId: wanted?.nodeId,
            sizeBytes: wanted?.sizeBytes,
            signature: wanted?.signature,
            mtimeNs: wanted?.mtimeNs,
            version: wanted?.version,
          });
        }
      };
      expectSame();
      await catalog.publish(snapshotOf(1));
      const changed = files.slice(0, files.length / 2).map((entry) => ({ ...entry, sizeBytes: 7 }));
      await apply(catalog, 0, changed, files.slice(-1).slice(0, files.length - changed.length));
      expectSame();
    }),
    { numRuns: 25 },
  );
});

it("reads each leaf once where names come in order, and where two orders are mixed", async () => {
  await using folder = await temporaryDirectory();
  await using catalog = openCatalog(folder.path);
  const names = Array.from({ length: 20_000 }, (_, index) => {
    const letter = Math.imul(index, 0x9e3779b1) >>> 30 === 0 ? "R" : "r";
    return `${letter}eport ${String(index).padStart(6, "0")}`;
  });
  const inOrder = names.toSorted();
  await apply(catalog, 0, [...around, ...filesOf(inOrder, FOLDER, 10)]);
  const leaves = catalog.size().tables.find(({ name }) => name === "leaves")?.rows ?? 0;
  const reads = vi.spyOn(LeafTable.prototype, "partAt");
  for (const [order, most] of [
    [inOrder, leaves],
    [names, leaves + 8],
  ] as const) {
    reads.mockClear();
    const finder = catalog.live.children(FOLDER);
    expect(order.every((name) => finder.find(name)?.name === name)).toBe(true);
    expect(reads.mock.calls.length).toBeLessThanOrEqual(most);
    expect(reads.mock.calls.length).toBeGreaterThan(100);
  }
  vi.restoreAllMocks();
});

it("sees what a batch has changed, at once", async () => {
  await using folder = await temporaryDirectory();
  await using catalog = openCatalog(folder.path);
  const [a, b] = filesOf(["a", "b"], FOLDER, 10);
  await apply(catalog, 0, [...around, a as NodeEntry, b as NodeEntry]);
  await catalog.publish(snapshotOf(1));
  const finder = catalog.live.children(FOLDER);
  expect(finder.find("a")?.sizeBytes).toBe(0);
  await apply(catalog, 0, [{ ...(b as NodeEntry), sizeBytes: 99 }, entryOf(12, FOLDER, "c")], [a as NodeEntry]);
  expect(finder.find("b")).toMatchObject({ sizeBytes: 99, since: 2 as SnapshotNumber });
  expect(finder.find("c")?.nodeId).toBe(12);
  expect(finder.find("a")).toBeUndefined();
});
