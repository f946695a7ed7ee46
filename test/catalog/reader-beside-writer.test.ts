/** What a reader sees of published snapshots while a writer, as another process would be, repacks the leaves. */
import { describe, expect, it } from "vitest";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import type { Catalog } from "../../catalog/catalog.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, rootEntry, snapshotOf } from "./support/model.js";

const first = 1 as SnapshotNumber;
const second = 2 as SnapshotNumber;
const folderId = 2 as NodeId;
const FILES = 2000;

const name = (index: number): string => `file ${String(index).padStart(5, "0")}`;

async function backUpFirst(catalog: Catalog): Promise<readonly string[]> {
  const { number } = await catalog.begin();
  const files = Array.from({ length: FILES }, (_, index) => entryOf(index + 4, folderId, name(index)));
  // The last directory keeps the big one from being the last leaf, so that its leaves are not filled to the brim for ever.
  const entries = [rootEntry, directoryOf(2, 1, "big"), directoryOf(3, 1, "other"), ...files];
  await catalog.apply(
    number,
    0,
    batchOf(
      1,
      entries.map((entry) => putOf(entry)),
    ),
  );
  await catalog.publish(snapshotOf(1));
  return files.map(({ name: own }) => own);
}

async function changeSome(catalog: Catalog, wanted: (index: number) => boolean): Promise<void> {
  const { number } = await catalog.begin();
  const files = Array.from({ length: FILES }, (_, index) => index)
    .filter(wanted)
    .map((index) => entryOf(index + 4, folderId, name(index), { sizeBytes: 99 + number }));
  await catalog.apply(
    number,
    0,
    batchOf(
      catalog.next().version,
      files.map((entry) => putOf(entry)),
    ),
  );
  await catalog.publish(snapshotOf(number));
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("a reader beside a writer", () => {
  it.each([3, 7, 20, 50])(
    "lists a folder of a snapshot whole, again and again (every %ith file changed)",
    async (step) => {
      await using folder = await temporaryDirectory();
      await using writer = openCatalog(folder.path);
      const names = await backUpFirst(writer);
      await using reader = openCatalogReader(folder.path);
      const view = reader.view(first);
      const listed = (after?: string): readonly string[] =>
        Array.from(view.list(folderId, after), (entry) => entry.name);
      for (let round = 0; round < 12; round++) {
        // Warms the leaf in which the 40th part of the listing begins.
        const at = round * 150;
        expect(listed(names[at])).toEqual(names.slice(at + 1));
        await changeSome(writer, (index) => index % step === 0);
        await turn();
        const after = listed(names[at]);
        expect(after.length).toBe(names.length - at - 1);
        expect(after).toEqual(names.slice(at + 1));
      }
    },
  );

  it("ends a listing as it began it, whatever is written in between", async () => {
    await using folder = await temporaryDirectory();
    await using writer = openCatalog(folder.path);
    const names = await backUpFirst(writer);
    await using reader = openCatalogReader(folder.path);
    const listing = reader.view(first).list(folderId);
    const listed = [listing.next().value?.name];
    for (let round = 0; round < 5; round++) await changeSome(writer, (index) => (index + round) % 3 === 0);
    await turn();
    for (const entry of listing) listed.push(entry.name);
    expect(listed).toEqual(names);
  });

  it("sees what a new snapshot changed, though it has asked for the versions of a name before", async () => {
    await using folder = await temporaryDirectory();
    await using writer = openCatalog(folder.path);
    await backUpFirst(writer);
    await using reader = openCatalogReader(folder.path);
    expect([...reader.versionsOf(folderId, name(3))]).toHaveLength(1);
    await changeSome(writer, (index) => index % 100 === 3);
    await turn();
    expect(reader.view(second).lookup(folderId, name(3))).toMatchObject({ sizeBytes: 101 });
    expect([...reader.versionsOf(folderId, name(3))]).toHaveLength(2);
  });
});

describe("the live tree", () => {
  it("is as the last batch left it, though it was read while that was on its way to the disk", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await backUpFirst(catalog);
    for (let round = 0; round < 30; round++) {
      const { number } = await catalog.begin();
      const changed = entryOf(4, folderId, name(0), { sizeBytes: 1000 + round });
      const applying = catalog.apply(number, 0, batchOf(catalog.next().version, [putOf(changed)]));
      const progress = { isDone: false };
      void applying.then(() => void (progress.isDone = true));
      while (!progress.isDone) {
        catalog.live.lookup(folderId, name(0));
        await turn();
      }
      expect(catalog.live.lookup(folderId, name(0))).toMatchObject({ sizeBytes: 1000 + round });
      await catalog.publish(snapshotOf(number));
    }
  });
});
