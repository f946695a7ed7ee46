/** What a prune makes of leases: of backups that run, are gone, or have been followed by others. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDedupIndex } from "../../../catalog/dedup-index.js";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import type { PruneNumber } from "../../../core/ids.js";
import { prune, type PruneResult } from "../../../daemon/prune/prune.js";
import { Machines, type Machine } from "../../store/leases/support/machines.js";
import { World } from "../backup/support/world.js";
import { bringBack, makeOldContents, SETTINGS } from "./support/old-contents.js";
import { contentObjects } from "./support/share-history.js";

async function setUp() {
  const world = await World.create({ settings: SETTINGS });
  await makeOldContents(world);
  const machines = new Machines(world.objects);
  return { world, one: await machines.add("one"), other: await machines.add("other"), machines };
}

async function pruneOn(world: World, machine: Machine): Promise<PruneResult> {
  const folder = join(world.directory.path, `state of ${machine.owner.host}`);
  await using catalog = openCatalog(folder);
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  return await prune({
    store: machine.store,
    catalog,
    dedup,
    policy: { last: 1 },
    rewriteBelow: 1,
    clock: world.clock,
    lease: { holder: machine, time: machine },
  });
}

it("beside backups that follow each other without a pause, prunes get on, one record behind", async () => {
  const { world, one, other } = await setUp();
  await using _ = world;
  const before = (await contentObjects(world.store)).length;
  await using first = await other.take();
  // It is seen to live, some ten seconds later.
  expect(await pruneOn(world, one)).toMatchObject({ record: 1, waiting: "backup running", deleted: { objects: 0 } });
  // Beside the same backup there is nothing more to say.
  expect(await pruneOn(world, one)).toMatchObject({ record: undefined, waiting: "backup running" });
  await first[Symbol.asyncDispose]();
  await using second = await other.take();
  // The first record was there before the second lease, but nothing proves it yet.
  expect(await pruneOn(world, one)).toMatchObject({ record: 2, deleted: { objects: 0 } });
  await second[Symbol.asyncDispose]();
  await using third = await other.take();
  const result = await pruneOn(world, one);
  expect(result).toMatchObject({ waiting: "backup running" });
  expect(result.deleted.objects).toBeGreaterThan(0);
  expect((await contentObjects(world.store)).length).toBeLessThan(before);
  await third[Symbol.asyncDispose]();
});

it("a lease that nobody renews is taken and given back, and its holder is shut out", async () => {
  const { world, one, other } = await setUp();
  await using _ = world;
  const lease = await other.take();
  other.state = "asleep";
  const result = await pruneOn(world, one);
  expect(result.waiting).toBeUndefined();
  expect(result.deleted.objects).toBeGreaterThan(0);
  other.state = "awake";
  await expect(lease.expectHeld()).rejects.toMatchObject({ code: "LEASE_LOST" });
  await lease[Symbol.asyncDispose]();
  expect((await world.store.prunes.get(1 as PruneNumber)).fencing).toBeGreaterThan(lease.number);
});

it("what a dead backup had stored and journalled stays for the next, and what it had only stored goes", async () => {
  const { world, one } = await setUp();
  await using _ = world;
  await bringBack(world);
  // Everything but the manifest.
  const failing = world.store.over({
    ...forwarding(world),
    putIfAbsent: (name, ...rest) => {
      if (name.includes("/snapshots/")) throw new Error("killed");
      return world.store.objects.putIfAbsent(name, ...rest);
    },
  });
  await expect(world.backup({ store: failing })).rejects.toThrow("killed");
  await world.objects.put(world.store.names.blob(999 as never), Buffer.from("stored, and named by nothing"));
  const result = await pruneOn(world, one);
  expect(result.waiting).toBeUndefined();
  const objects = await contentObjects(world.store);
  expect(objects).not.toContain(world.store.names.blob(999 as never));
  const reads: number[] = [];
  const { snapshot } = await world.backup({ onProgress: ({ counters }) => void reads.push(counters.bytesRead) });
  expect(snapshot).toMatchObject({ number: 4, status: "complete" });
  // The id of what is gone does not come again.
  expect(world.catalog.next().content).toBeGreaterThan(999);
});

function forwarding({ store: { objects } }: World) {
  return {
    uri: objects.uri,
    put: objects.put.bind(objects),
    get: objects.get.bind(objects),
    getRange: objects.getRange.bind(objects),
    list: objects.list.bind(objects),
    delete: objects.delete.bind(objects),
    stat: objects.stat.bind(objects),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
