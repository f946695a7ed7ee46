/** Whether a reader beside a writer loses names of a snapshot. */
import { expect, it } from "vitest";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, rootEntry, snapshotOf } from "./support/model.js";

const first = 1 as SnapshotNumber;
const folderId = 2 as NodeId;
const FILES = 3000;
const name = (index: number): string => `file ${String(index).padStart(5, "0")}`;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

it("loses no name of a folder when a listing begins in a leaf that it has read before", async () => {
  await using folder = await temporaryDirectory();
  await using writer = openCatalog(folder.path);
  const entries = [
    rootEntry,
    directoryOf(2, 1, "big"),
    directoryOf(3, 1, "other"),
    ...Array.from({ length: FILES }, (_, index) => entryOf(index + 4, folderId, name(index))),
  ];
  await writer.begin();
  await writer.apply(
    first,
    0,
    batchOf(
      1,
      entries.map((entry) => putOf(entry)),
    ),
  );
  await writer.publish(snapshotOf(1));
  const names = entries.slice(3).map(({ name: own }) => own);
  let seed = 7;
  const random = (most: number): number => (seed = (seed * 48271) % 0x7fffffff) % most;
  const lost: string[] = [];
  let twice = 0;
  for (let round = 0; round < 60; round++) {
    const readers = Array.from({ length: 30 }, () => openCatalogReader(folder.path));
    const at = readers.map((_, index) => index * 99);
    const views = readers.map((reader) => reader.view(first));
    for (const [index, view] of views.entries()) view.lookup(folderId, names[at[index] as number] as string);
    const { number } = await writer.begin();
    const around = random(FILES - 200);
    const changed = Array.from({ length: 60 }, (_, index) => around + index * 2).map((index) =>
      entryOf(index + 4, folderId, name(index), { sizeBytes: 99 + number }),
    );
    await writer.apply(
      number,
      0,
      batchOf(
        writer.next().version,
        changed.map((entry) => putOf(entry)),
      ),
    );
    await writer.publish(snapshotOf(number));
    await turn();
    for (const [index, view] of views.entries()) {
      const listed = Array.from(view.list(folderId, names[at[index] as number]), (entry) => entry.name);
      const set = new Set(listed);
      twice += listed.length - set.size;
      for (const wanted of names.slice((at[index] as number) + 1))
        if (!set.has(wanted)) lost.push(`${round} ${wanted}`);
    }
    await Promise.all(readers.map((reader) => reader[Symbol.asyncDispose]()));
  }
  expect({ lost: lost.length, twice }).toEqual({ lost: 0, twice: 0 });
});
