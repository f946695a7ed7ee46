// Whatever a backup may write, a check has nothing to say of it: random edits, at every step of every backup.
import fc from "fast-check";
import { expect, it } from "vitest";
import { CatalogCheck } from "../../../catalog/check/catalog-check.js";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import type { ContentRecord, NodePut } from "../../../core/node.js";
import { temporaryDirectory } from "../../support/tmp.js";
import { EditedTree } from "../support/edited-tree.js";
import { editScript } from "../support/edit-script.js";
import { batchOf, snapshotOf } from "../support/model.js";

async function problemsOf(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { where, message } of new CatalogCheck(folder).run()) found.push(`${where}: ${message}`);
  return found;
}

function contentsOf(puts: readonly NodePut[], next: number): readonly ContentRecord[] {
  const fresh = puts.filter(({ entry }) => entry.contentId >= next);
  return fresh.map(({ entry: { contentId, sizeBytes } }) => ({
    kind: "blob",
    contentId,
    sizeBytes,
    sha256: new Uint8Array(32),
  }));
}

it("finds nothing wrong in any catalog that backups have made, also while one runs", async () => {
  await fc.assert(
    fc.asyncProperty(editScript, async (script) => {
      await using folder = await temporaryDirectory();
      await using catalog = openCatalog(folder.path);
      const tree = new EditedTree();
      for (const steps of script) {
        for (const edit of steps) tree.apply(edit);
        const { number } = await catalog.begin();
        const { puts, removals } = tree.takeBatch();
        const contents = contentsOf(puts, catalog.next().content);
        await catalog.apply(number, 0, { ...batchOf(catalog.next().version, puts), contents });
        expect(await problemsOf(folder.path)).toEqual([]);
        await catalog.apply(number, 1, batchOf(catalog.next().version, [], removals));
        await catalog.publish(snapshotOf(number, catalog.totals()));
        expect(await problemsOf(folder.path)).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});
