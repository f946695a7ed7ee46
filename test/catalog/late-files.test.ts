/** Files whose content was waited for come behind others with greater ids. */
import { expect, it } from "vitest";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import type { NodeId } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, rootEntry, snapshotOf } from "./support/model.js";

it("knows the path of a file behind one of another directory that was put a batch before", async () => {
  await using folder = await temporaryDirectory();
  await using catalog = openCatalog(folder.path);
  const { number } = await catalog.begin();
  const put = async (segment: number, ...entries: readonly ReturnType<typeof entryOf>[]): Promise<void> =>
    catalog.apply(
      number,
      segment,
      batchOf(
        catalog.next().version,
        entries.map((entry) => putOf(entry)),
      ),
    );
  await put(0, rootEntry, directoryOf(2, 1, "a"), directoryOf(3, 1, "b"));
  await put(1, entryOf(5, 3, "in b"));
  await put(2, entryOf(4, 2, "late"), entryOf(6, 2, "next"));
  await catalog.publish(snapshotOf(number));
  const path = (id: number): string | undefined =>
    catalog
      .view(number)
      .pathOf(id as NodeId)
      ?.join("/");
  expect([4, 5, 6].map(path)).toEqual(["a/late", "b/in b", "a/next"]);
});
