/** Two prunes at once, and checkpoints from before a prune. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDedupIndex } from "../../../catalog/dedup-index.js";
import { openCatalog, openCatalogReader } from "../../../catalog/lmdb-catalog.js";
import { catchUp } from "../../../daemon/backup/catch-up.js";
import { fetchCheckpoint } from "../../../daemon/checkpoints/fetch-checkpoint.js";
import { makeCheckpoint } from "../../../daemon/checkpoints/make-checkpoint.js";
import { prune, type PruneOptions, type PruneResult } from "../../../daemon/prune/prune.js";
import { World } from "../backup/support/world.js";
import { bringBack, makeOldContents, SETTINGS } from "./support/old-contents.js";
import { ShareHistory } from "./support/share-history.js";
import { steppedStore, type Steps } from "./support/stepped-store.js";

const rules = { policy: { last: 1 }, rewriteBelow: 1 };

async function pruneElsewhere(world: World, options: Partial<PruneOptions> = {}): Promise<PruneResult> {
  const folder = join(world.directory.path, "elsewhere");
  await using catalog = openCatalog(folder);
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  return await prune({ store: world.store, catalog, dedup, clock: world.clock, ...rules, ...options });
}

it("a prune during which another runs, at whichever step, completes or says that it was not the first", async () => {
  let refused = 0;
  for (let at = 1, isThrough = false; !isThrough; at++) {
    await using world = await World.create({ settings: SETTINGS });
    await makeOldContents(world);
    const copy = await bringBack(world);
    const { snapshot } = await world.backup();
    const steps: Steps = { count: 0 };
    const between = async (): Promise<void> => void (await prune({ ...world.parts, clock: world.clock, ...rules }));
    const store = world.store.over(steppedStore(world.store.objects, at, between, steps));
    try {
      await pruneElsewhere(world, { store });
    } catch (error) {
      expect(error).toMatchObject({ code: "SHARE_BUSY" });
      refused++;
    }
    isThrough = steps.count < at;
    const history = await ShareHistory.of(world);
    history.copies.set(snapshot.number, copy);
    await catchUp(world.parts);
    await history.expectWhole();
    await history.prune(rules);
    await history.expectWhole();
    await history.expectVerified();
    expect(await history.prune(rules)).toMatchObject({ record: undefined, dead: { objects: 0 } });
  }
  expect(refused).toBeGreaterThan(0);
}, 300_000);

it("a catalog from a checkpoint that was made before a prune learns of the prune", async () => {
  await using world = await World.create({ settings: SETTINGS });
  await makeOldContents(world);
  await makeCheckpoint(world.parts);
  await prune({ ...world.parts, clock: world.clock, ...rules });
  const folder = join(world.directory.path, "from checkpoint");
  expect(await fetchCheckpoint(folder, world.store, {})).toMatchObject({ snapshot: 3 });
  {
    await using catalog = openCatalog(folder);
    await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
    expect(catalog.snapshots()).toHaveLength(3);
    await catchUp({ store: world.store, catalog, dedup });
  }
  await using catalog = openCatalogReader(folder);
  expect(catalog.snapshots()).toEqual(world.catalog.snapshots());
  expect([...catalog.condemned()]).toEqual([...world.catalog.condemned()]);
  expect([...catalog.movedRanges()]).toEqual([...world.catalog.movedRanges()]);
});
