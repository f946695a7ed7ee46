/** The live tree of a writer that reads while a batch is on its way to the disk, as the walk of a backup does. */
import { expect, it } from "vitest";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, rootEntry, snapshotOf } from "./support/model.js";

const folderId = 2 as NodeId;
const FILES = 3000;
const name = (index: number): string => `file ${String(index).padStart(5, "0")}`;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

it("lists every name of a folder once after a batch during which it was read", async () => {
  await using folder = await temporaryDirectory();
  await using catalog = openCatalog(folder.path);
  const entries = [
    rootEntry,
    directoryOf(2, 1, "big"),
    directoryOf(3, 1, "other"),
    ...Array.from({ length: FILES }, (_, index) => entryOf(index + 4, folderId, name(index))),
  ];
  await catalog.begin();
  await catalog.apply(
    1 as SnapshotNumber,
    0,
    batchOf(
      1,
      entries.map((entry) => putOf(entry)),
    ),
  );
  await catalog.publish(snapshotOf(1));
  const names = entries.slice(3).map(({ name: own }) => own);
  let seed = 11;
  const random = (most: number): number => (seed = (seed * 48271) % 0x7fffffff) % most;
  let [lost, twice] = [0, 0];
  for (let round = 0; round < 200; round++) {
    const { number } = await catalog.begin();
    const around = random(FILES - 200);
    const at = Math.max(0, around - 150 + random(300));
    const changed = Array.from({ length: 60 }, (_, index) => around + index * 2).map((index) =>
      entryOf(index + 4, folderId, name(index), { sizeBytes: 99 + number }),
    );
    const applying = catalog.apply(
      number,
      0,
      batchOf(
        catalog.next().version,
        changed.map((entry) => putOf(entry)),
      ),
    );
    const progress = { isDone: false };
    void applying.then(() => void (progress.isDone = true));
    while (!progress.isDone) {
      catalog.live.lookup(folderId, names[at] as string);
      await turn();
    }
    const listed = Array.from(catalog.live.list(folderId, names[at]), (entry) => entry.name);
    const set = new Set(listed);
    twice += listed.length - set.size;
    lost += names.slice(at + 1).filter((wanted) => !set.has(wanted)).length;
    await catalog.publish(snapshotOf(number));
  }
  expect({ lost, twice }).toEqual({ lost: 0, twice: 0 });
});
