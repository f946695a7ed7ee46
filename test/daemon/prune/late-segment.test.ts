/** A segment that arrives when a prune has deleted what it names: its backup had lost its lease. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDedupIndex } from "../../../catalog/dedup-index.js";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import { prune } from "../../../daemon/prune/prune.js";
import type { ObjectStore } from "../../../store/object-store.js";
import { fill } from "../backup/support/sources.js";
import { World } from "../backup/support/world.js";
import { ShareHistory } from "./support/share-history.js";

async function pruneElsewhere(world: World): Promise<void> {
  const folder = join(world.directory.path, "elsewhere");
  await using catalog = openCatalog(folder);
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  await prune({ store: world.store, catalog, dedup, policy: {}, clock: world.clock });
}

/** Ends when the first segment is sent. @returns sends it */
async function backupWithoutSegment(world: World): Promise<() => Promise<void>> {
  const { objects } = world.store;
  let late: (() => Promise<unknown>) | undefined;
  const stopped: ObjectStore = {
    uri: objects.uri,
    put: (...args) => objects.put(...args),
    putIfAbsent: (...args) => {
      if (!args[0].includes("/segments/")) return objects.putIfAbsent(...args);
      late ??= () => objects.putIfAbsent(...args);
      return Promise.reject(new Error("asleep"));
    },
    delete: (...args) => objects.delete(...args),
    get: (...args) => objects.get(...args),
    getRange: (...args) => objects.getRange(...args),
    stat: (...args) => objects.stat(...args),
    list: (...args) => objects.list(...args),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  await expect(world.backup({ store: world.store.over(stopped) })).rejects.toThrow("asleep");
  return async () => void (await late?.());
}

/** Enough to share a bundle. */
const SMALL = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`${n}.txt`, `the bytes of ${n}`.repeat(50)]));

it.each([
  { name: "small files, in a bundle", files: SMALL },
  { name: "a chunk, on its own", files: { "large.bin": "0123456789".repeat(60_000) } },
])("does not keep later backups from succeeding: $name", async ({ files }) => {
  await using world = await World.create();
  await fill(world.sourceFolder, { "first.txt": "first" });
  await world.backup();
  await fill(world.sourceFolder, files);
  const arrive = await backupWithoutSegment(world);
  await pruneElsewhere(world);
  await arrive();
  const history = await ShareHistory.of(world);
  expect(await history.backup()).toBe(2);
  expect(await history.backup()).toBe(3);
  await history.expectVerified();
});
