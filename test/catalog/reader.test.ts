/** A reader that stays open while snapshots are written beside it. */
import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, rootEntry, snapshotOf } from "./support/model.js";

it("a reader that has looked a name's versions up sees the name in a snapshot that comes later", async () => {
  await using folder = await temporaryDirectory();
  await using writer = openCatalog(folder.path);
  const file = entryOf(3, 2, "file", { sizeBytes: 1 });
  const first = [rootEntry, directoryOf(2, 1, "a"), file, directoryOf(4, 1, "b"), entryOf(5, 4, "other")];
  await writer.begin();
  await writer.apply(
    1 as SnapshotNumber,
    0,
    batchOf(
      1,
      first.map((entry) => putOf(entry)),
    ),
  );
  await writer.publish(snapshotOf(1));

  await using reader = openCatalogReader(folder.path);
  const [directory, second] = [2 as NodeId, 2 as SnapshotNumber];
  expect([...reader.versionsOf(directory, "file")]).toHaveLength(1);

  await writer.begin();
  await writer.apply(second, 0, batchOf(6, [putOf({ ...file, sizeBytes: 2 }), putOf(entryOf(6, 2, "new"))]));
  await writer.publish(snapshotOf(2));
  await setImmediate();
  expect(reader.snapshots()).toHaveLength(2);
  expect(reader.view(second).lookup(directory, "file")).toMatchObject({ sizeBytes: 2, since: 2 });
  expect(Array.from(reader.view(second).list(directory), ({ name }) => name)).toEqual(["file", "new"]);
  expect([...reader.versionsOf(directory, "file")]).toMatchObject([{ sizeBytes: 2 }, { sizeBytes: 1, until: 2 }]);
});
