/** Writers of a catalog killed dozens of times, and readers beside a writer that has much to write. */
import { describe, expect, it } from "vitest";
import { expectSameCatalog, randomBlow, writeWithKills } from "../../catalog/crash/killing.js";
import { readWhileWriting } from "../../catalog/crash/reading.js";
import { temporaryDirectory } from "../../support/tmp.js";
import { Random } from "../../support/tree.js";

describe.each([11, 12])("seed %i", (seed) => {
  const script = { seed, nodes: 20_000, snapshots: 8, changes: 1500 };

  it("a catalog whose writers are killed keeps what is published and becomes what it would have been", async () => {
    await using folder = await temporaryDirectory();
    const random = new Random(seed);
    const blows = Array.from({ length: 60 }, () => randomBlow(random));
    const report = await writeWithKills(folder.join("killed"), script, blows);
    expect(report.kills).toBeGreaterThan(10);
    expect(report.partial).toBeGreaterThan(0);
    await expectSameCatalog(folder.join("killed"), folder.join("untouched"), script);
  });
});

it("readers in other processes go on while snapshots are written, and see each whole or not at all", async () => {
  await using folder = await temporaryDirectory();
  const script = { seed: 13, nodes: 20_000, snapshots: 20, changes: 2000 };
  for (const report of await readWhileWriting(folder.path, script, 3)) {
    expect(report.problems).toEqual([]);
    expect(report.operations).toBeGreaterThan(500);
    expect(report.seen.length).toBeGreaterThan(10);
    expect(report.longestMs).toBeLessThan(5000);
  }
});
