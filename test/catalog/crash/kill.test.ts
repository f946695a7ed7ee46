/** Writers of a catalog killed by the system, mid-transaction and anywhere else: a short run of test/long/catalog/crash.test.ts. */
import { expect, it } from "vitest";
import { Random } from "../../support/tree.js";
import { temporaryDirectory } from "../../support/tmp.js";
import { expectSameCatalog, randomBlow, writeWithKills, type Blow } from "./killing.js";

const script = { seed: 1, nodes: 8000, snapshots: 3, changes: 600 };

it("a catalog whose writers are killed keeps what is published and becomes what it would have been", async () => {
  await using folder = await temporaryDirectory();
  const random = new Random(7);
  const blows: Blow[] = [
    { inStep: 1 },
    { afterLines: 3, afterMs: 0 },
    { inStep: 2 },
    { inStep: 2 },
    randomBlow(random),
  ];
  const report = await writeWithKills(folder.join("killed"), script, blows);
  expect(report.partial).toBeGreaterThan(0);
  await expectSameCatalog(folder.join("killed"), folder.join("untouched"), script);
});
