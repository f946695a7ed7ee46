/** Two catalogs of one folder that write in turns, as two processes do that claim the share one after the other. */
import { expect, it } from "vitest";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import type { Catalog } from "../../catalog/catalog.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, entryOf, putOf, rootEntry, snapshotOf } from "./support/model.js";

it("keeps modes apart, and sees what the other has written", async () => {
  await using folder = await temporaryDirectory();
  await using one = openCatalog(folder.path);
  await using other = openCatalog(folder.path);
  const backUp = async (catalog: Catalog, id: number, mode: number): Promise<void> => {
    await using _claim = await catalog.claim();
    const { number } = await catalog.begin();
    const puts = [
      ...(number === 1 ? [putOf(rootEntry)] : []),
      putOf(entryOf(id, 1, `f${id}`, { posix: { mode, uid: 0, gid: 0 } })),
    ];
    await catalog.apply(number, 0, batchOf(catalog.next().version, puts));
    await catalog.publish(snapshotOf(number));
  };
  await backUp(one, 2, 0o600);
  expect(one.live.lookup(1 as NodeId, "f3")).toBeUndefined();
  await backUp(other, 3, 0o644);
  await backUp(one, 4, 0o755);
  const view = other.view(3 as SnapshotNumber);
  expect([2, 3, 4].map((id) => view.lookup(1 as NodeId, `f${id}`)?.posix?.mode)).toEqual([0o600, 0o644, 0o755]);
});
