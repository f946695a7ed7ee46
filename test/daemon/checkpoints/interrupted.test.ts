// A run that dies while it writes a checkpoint: the snapshot is published, and neither a rebuild nor the next run minds.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { silentLogger } from "../../../core/logger.js";
import { mortalStore } from "../backup/support/mortal-store.js";
import { World } from "../backup/support/world.js";
import { ALWAYS, buildElsewhere, everythingIn, listener } from "./support/catalogs.js";

async function backUp(world: World, file: string, logger = silentLogger): Promise<void> {
  await writeFile(join(world.sourceFolder, file), file);
  await world.backup({ checkpoints: ALWAYS, logger });
}

async function checkpointObjects(world: World): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of world.objects.list(world.store.names.checkpointRoot)) names.push(name);
  return names;
}

it.each(["before", "after"] as const)(
  "a run that dies %s any of a checkpoint's writes and deletions has published its snapshot, and harms no rebuild",
  async (when) => {
    let points = 0;
    for (let dieAt = 1, alive = false; !alive; dieAt++) {
      await using world = await World.create();
      for (const file of ["a", "b"]) await backUp(world, file);
      // The third run deletes the first checkpoint: its record, then its parts.
      await world.reopen({ store: (store) => mortalStore(store, dieAt, when) });
      const { lines, logger } = listener();
      const published = await backUp(world, "c", logger).then(
        () => true,
        () => false,
      );
      alive = published && lines.every((line) => !line.startsWith("warn"));
      await world.reopen({});
      if (!published) continue;
      points++;
      expect(world.catalog.snapshots()).toHaveLength(3);
      expect((await readdir(world.stateFolder)).toSorted()).toEqual(["catalog"]);
      const complete = await world.store.checkpoints.list();
      expect(complete.length).toBeGreaterThanOrEqual(2);
      await using fetched = await buildElsewhere(world);
      expect(fetched.built.checkpoint).toBe(complete[0]);
      await using folded = await buildElsewhere(world, { fromSegments: true });
      expect(await everythingIn(world, fetched.catalog, fetched.dedup)).toEqual(
        await everythingIn(world, folded.catalog, folded.dedup),
      );
      await backUp(world, "d");
      expect(await world.store.checkpoints.list()).toEqual([4, complete[0]]);
      expect(await checkpointObjects(world)).toHaveLength(2 * 4);
    }
    // Three parts, a record, and four deletions, each before or after; and the run that lives.
    expect(points).toBeGreaterThanOrEqual(8);
  },
);

it("what a kill leaves of a copy beside the catalog is removed by the next checkpoint, and nothing else", async () => {
  await using world = await World.create();
  const beside = (name: string): string => join(world.stateFolder, name);
  await writeFile(beside("catalog.checkpoint-1-dead"), "a copy");
  await writeFile(beside("catalog.building-1-dead"), "somebody builds");
  await backUp(world, "a");
  expect((await readdir(world.stateFolder)).toSorted()).toEqual(["catalog", "catalog.building-1-dead"]);
});
