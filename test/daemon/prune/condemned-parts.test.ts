/** What is condemned and yet reached: by a list that a backup beside the prune has made. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDedupIndex } from "../../../catalog/dedup-index.js";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import type { SnapshotNumber } from "../../../core/ids.js";
import { catchUp } from "../../../daemon/backup/catch-up.js";
import { prune, type PruneResult } from "../../../daemon/prune/prune.js";
import type { ObjectStore } from "../../../store/object-store.js";
import { compareTrees, readTree } from "../../support/tree.js";
import { fill } from "../backup/support/sources.js";
import { World } from "../backup/support/world.js";
import { ShareHistory } from "./support/share-history.js";

/** Some ten chunks. */
const LARGE = Array.from({ length: 120_000 }, (_, line) => (line * 2_654_435_761) % 4_294_967_296).join("\n");

async function pruneElsewhere(world: World, last: number): Promise<PruneResult> {
  const folder = join(world.directory.path, "elsewhere");
  await using catalog = openCatalog(folder);
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  const policy = { last };
  return await prune({ store: world.store, catalog, dedup, policy, clock: world.clock, rewriteBelow: 1 });
}

/** Prunes once all contents are stored and no segment names them. */
async function backupBeside(world: World, last: number): Promise<PruneResult> {
  const { objects } = world.store;
  let result: PruneResult | undefined;
  const stopped: ObjectStore = {
    uri: objects.uri,
    put: (...args) => objects.put(...args),
    putIfAbsent: async (...args) => {
      if (args[0].includes("/segments/")) result ??= await pruneElsewhere(world, last);
      return objects.putIfAbsent(...args);
    },
    delete: (...args) => objects.delete(...args),
    get: (...args) => objects.get(...args),
    getRange: (...args) => objects.getRange(...args),
    stat: (...args) => objects.stat(...args),
    list: (...args) => objects.list(...args),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  await world.backup({ store: world.store.over(stopped) });
  if (!result) throw new Error("nothing was backed up");
  return result;
}

it("a list whose parts are condemned is not referred to by a backup that begins later", async () => {
  await using world = await World.create();
  await fill(world.sourceFolder, { "old.bin": LARGE, "stay.txt": "stay" });
  await world.backup();
  await rm(join(world.sourceFolder, "old.bin"));
  await world.backup();
  // The backup makes another list of the parts that the prune condemns.
  await fill(world.sourceFolder, { "again.bin": `${LARGE}\nand more` });
  expect(await backupBeside(world, 1)).toMatchObject({ record: 1, waiting: "backup running" });
  await rm(join(world.sourceFolder, "again.bin"));
  await world.backup();
  await fill(world.sourceFolder, { "stay.txt": "changed" });
  await world.backup();
  expect(await pruneElsewhere(world, 3)).toMatchObject({ record: 2, waiting: undefined });
  // The next one finds the list again, while a prune removes the snapshot that has it. The first record is known to all.
  await fill(world.sourceFolder, { "back.bin": `${LARGE}\nand more` });
  expect(await backupBeside(world, 1)).toMatchObject({ record: 3, waiting: "backup running" });
  await catchUp(world.parts);
  const found = await world.read(world.catalog.view(6 as SnapshotNumber));
  expect(compareTrees(found, await readTree(world.sourceFolder))).toEqual([]);
  await (await ShareHistory.of(world)).expectVerified();
});
