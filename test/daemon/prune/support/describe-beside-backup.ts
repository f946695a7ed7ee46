/**
 * A prune beside backups, stopped at each step of either: whatever comes in between, every snapshot that is kept restores exactly, and
 * what comes after succeeds. The source brings back contents that only pruned snapshots have, so backups refer to what is condemned.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDedupIndex } from "../../../../catalog/dedup-index.js";
import { openCatalog } from "../../../../catalog/lmdb-catalog.js";
import type { SnapshotNumber } from "../../../../core/ids.js";
import { catchUp } from "../../../../daemon/backup/catch-up.js";
import { prune, type PruneOptions, type PruneResult } from "../../../../daemon/prune/prune.js";
import { compareTrees, type TreeModel } from "../../../support/tree.js";
import { World } from "../../backup/support/world.js";
import { bringBack, makeOldContents, SETTINGS } from "./old-contents.js";
import { ShareHistory } from "./share-history.js";
import { steppedStore, type Steps } from "./stepped-store.js";

const LAST: PruneOptions["policy"] = { last: 1 };

/** On the machine that backs up, or on another one that has a catalog of its own. */
export type Where = "here" | "elsewhere";

async function pruneAt(where: Where, world: World, options: Partial<PruneOptions> = {}): Promise<PruneResult> {
  const common = { policy: LAST, clock: world.clock, rewriteBelow: 1, ...options };
  if (where === "here") return prune({ ...world.parts, ...common });
  const folder = join(world.directory.path, "elsewhere");
  await using catalog = openCatalog(folder);
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  return await prune({ store: world.store, catalog, dedup, ...common });
}

/** As every command does it, the machine that backs up first learns of what was pruned elsewhere. */
async function expectAllWell(world: World, copies: ReadonlyMap<number, TreeModel>): Promise<void> {
  await catchUp(world.parts);
  for (const snapshot of world.catalog.snapshots()) {
    const copy = copies.get(snapshot.number);
    if (copy) expect(compareTrees(await world.read(world.catalog.view(snapshot.number)), copy)).toEqual([]);
  }
}

/** Whatever happened: the next backup and the next prunes succeed, lose nothing, and leave nothing behind. */
async function expectAfterwards(world: World, copies: Map<number, TreeModel>): Promise<void> {
  const newest = Math.max(...copies.keys());
  const { snapshot } = await world.backup();
  copies.set(snapshot.number, copies.get(newest) as TreeModel);
  await expectAllWell(world, copies);
  await pruneAt("here", world);
  const last = await pruneAt("here", world);
  expect(last).toMatchObject({ record: undefined, waiting: undefined, deleted: { objects: 0 } });
  expect(world.catalog.snapshots().map(({ number }) => number)).toEqual([snapshot.number]);
  await expectAllWell(world, copies);
  const history = await ShareHistory.of(world);
  const { unnamed } = await history.expectVerified();
  expect(unnamed).toEqual({ objects: 0, bytes: 0 });
}

/** `npm test` has one place, test/long the other: each step of each of them is a world of its own. */
export function describeBesideBackup(where: Where): void {
  describe(`a prune ${where}`, () => {
    it("that runs while a backup stands still, at whichever step, takes nothing that the backup needs", async () => {
      const waited = new Set<string | undefined>();
      let condemned = 0;
      for (let at = 1, isThrough = false; !isThrough; at++) {
        await using world = await World.create({ settings: SETTINGS, isEncrypted: where === "elsewhere" });
        const copies = new Map<number, TreeModel>([[3, await makeOldContents(world)]]);
        copies.set(4, await bringBack(world));
        const steps: Steps = { count: 0 };
        const between = async (): Promise<void> => {
          waited.add((await pruneAt(where, world)).waiting);
        };
        const store = world.store.over(steppedStore(world.store.objects, at, between, steps));
        const { snapshot } = await world.backup({ store });
        isThrough = steps.count < at;
        expect(snapshot.number).toBe(4);
        await expectAllWell(world, copies);
        await expectAfterwards(world, copies);
        condemned += [...world.catalog.condemned()].length;
      }
      expect(waited).toContain(where === "here" ? "catalog busy" : "backup running");
      expect(condemned).toBeGreaterThan(0);
    }, 300_000);

    it("that stands still while backups run, at whichever step, takes nothing that they need", async () => {
      for (let at = 1, isThrough = false; !isThrough; at++) {
        await using world = await World.create({ settings: SETTINGS, isEncrypted: where === "elsewhere" });
        const copies = new Map<number, TreeModel>([[3, await makeOldContents(world)]]);
        const steps: Steps = { count: 0 };
        const between = async (): Promise<void> => {
          copies.set(4, await bringBack(world));
          for (const number of [4, 5]) {
            copies.set(number, copies.get(4) as TreeModel);
            expect((await world.backup()).snapshot.number).toBe(number as SnapshotNumber);
          }
        };
        const store = world.store.over(steppedStore(world.store.objects, at, between, steps));
        try {
          await pruneAt(where, world, { store });
        } catch (error) {
          // The backup has the claim of this machine's catalog, or has applied what the prune did not know.
          expect(error).toMatchObject({ code: "SHARE_BUSY" });
        }
        isThrough = steps.count < at;
        await expectAllWell(world, copies);
        await expectAfterwards(world, copies);
      }
    }, 300_000);
  });
}
