import { describe, expect, it } from "vitest";
import { withVersions, type UnversionedBatch } from "../../bench/support/batch-queue.js";
import type { JudgedCatalog } from "../../bench/support/judged-catalog.js";
import { openNaiveCatalog } from "../../bench/support/naive-catalog.js";
import { snapshotRecord } from "../../bench/support/snapshot-record.js";
import { TreeEdits } from "../../bench/support/tree-edits.js";
import { TreeGenerator } from "../../bench/support/tree-generator.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { ROOT_NODE } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { walk } from "../catalog/support/model.js";

const NODES = 20_000;
const SNAPSHOTS = 4;

async function apply(catalog: JudgedCatalog, batches: Iterable<UnversionedBatch>): Promise<void> {
  const { number } = await catalog.begin();
  let segment = 0;
  for (const batch of batches) {
    await catalog.apply(number, segment++, withVersions(batch, catalog.next().version));
  }
  await catalog.publish(snapshotRecord(number, catalog.totals()));
}

describe("edits of a generated tree", () => {
  it("stay within their shares, meet what is there, and leave both layouts with the same tree", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.join("catalog"));
    await using naive = openNaiveCatalog(folder.join("naive"));
    const generator = new TreeGenerator({ nodes: NODES, seed: 11 });
    const first = [...generator.batches()];
    await apply(catalog, first);
    await apply(naive, first);
    const edits = new TreeEdits(generator, catalog, 11);
    for (let snapshot = 2; snapshot <= SNAPSHOTS + 1; snapshot++) {
      const before = catalog.totals();
      const nextNode = catalog.next().node;
      const batches = [...edits.edits(snapshot)];
      const puts = batches.flatMap((batch) => batch.puts);
      const moved = puts.filter(({ movedFrom }) => movedFrom);
      const added = puts.filter(({ entry }) => entry.nodeId >= nextNode);
      const removed = batches.flatMap((batch) => batch.removals);
      expect(moved.map(({ entry }) => entry.kind)).toEqual(["directory"]);
      expectNear(added.length, NODES * 0.001);
      expectNear(removed.length, NODES * 0.001);
      expectNear(puts.length - moved.length - added.length, before.files * 0.01);
      expect(added.every(({ entry }) => !catalog.live.lookup(entry.parentId, entry.name))).toBe(true);
      expect(
        removed.every(({ parentId, name, nodeId }) => catalog.live.lookup(parentId, name)?.nodeId === nodeId),
      ).toBe(true);
      await apply(catalog, batches);
      await apply(naive, batches);
      expect(catalog.totals().files - before.files).toBe(added.length - removed.length);
      expect(naive.totals()).toEqual(catalog.totals());
    }
    expect(walk(naive.live)).toEqual(walk(catalog.live));
    const [folderMoved] = generator.register.largeFolders;
    expect(folderMoved && naive.live.pathOf(folderMoved.nodeId)).toEqual(
      folderMoved && catalog.live.pathOf(folderMoved.nodeId),
    );
    expect(naive.live.pathOf(ROOT_NODE)).toEqual([]);
  });
});

/** Numbers of victims are random; of 20 wanted, half or twice as many would be a fault and not chance. */
function expectNear(count: number, wanted: number): void {
  expect(count, `${count} where ${wanted} were wanted`).toBeGreaterThan(wanted / 2);
  expect(count, `${count} where ${wanted} were wanted`).toBeLessThan(wanted * 2);
}
