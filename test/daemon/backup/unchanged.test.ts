// A share that has not changed is scanned without a write to the node tree: transactions are counted, in the file itself.
import { closeSync, openSync } from "node:fs";
import { expect, it } from "vitest";
import { readMeta } from "../../../catalog/pages/meta-page.js";
import type { BackupPhase } from "../../../daemon/backup/counters.js";
import { fill } from "./support/sources.js";
import { World } from "./support/world.js";

/** The last transaction of the node tree. */
function transaction(world: World): number {
  const file = openSync(world.directory.join("state", "catalog", "data.mdb"), "r");
  try {
    const meta = readMeta(file);
    if (typeof meta === "string") throw new Error(meta);
    return meta.transaction;
  } finally {
    closeSync(file);
  }
}

/** @returns the transaction at which each phase was first told of */
async function transactionsOf(world: World): Promise<ReadonlyMap<BackupPhase, number>> {
  const at = new Map<BackupPhase, number>();
  await world.backup({
    onProgress: ({ phase }) => {
      if (!at.has(phase)) at.set(phase, transaction(world));
    },
  });
  return at;
}

it("nothing is written to the node tree while an unchanged share is scanned", async () => {
  await using world = await World.create();
  const names = Array.from(
    { length: 3000 },
    (_, index) => `folder ${index % 40}/${index % 3 ? "r" : "R"}eport ${index}`,
  );
  await fill(world.sourceFolder, Object.fromEntries(names.map((name) => [name, ""])));
  const first = await transactionsOf(world);
  expect(first.get("publishing")).toBeGreaterThan(first.get("scanning") ?? 0);
  await world.reopen();
  const second = await transactionsOf(world);
  expect(second.get("publishing")).toBe(second.get("scanning"));
  // Beginning and publishing a snapshot take as many for any share.
  const ofRun = (second.get("done") ?? 0) - (second.get("opening") ?? 0);
  expect(ofRun).toBeGreaterThan(0);
  expect(ofRun).toBeLessThanOrEqual(3);
});
