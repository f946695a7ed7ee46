import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SharestrataError, StoreError } from "../../../core/errors.js";
import type { SnapshotNumber } from "../../../core/ids.js";
import { writeCheckpoint } from "../../../daemon/checkpoints/write-checkpoint.js";
import { FaultyStore } from "../../store/support/faulty-store.js";
import { hookedSource } from "../backup/support/sources.js";
import { World } from "../backup/support/world.js";
import { ALWAYS, buildElsewhere, listener } from "./support/catalogs.js";

async function edit(world: World, text: string): Promise<void> {
  await writeFile(join(world.sourceFolder, "file"), text);
}

async function failingAt(object: string, error: Error): Promise<World> {
  const world = await World.create();
  await edit(world, "one");
  await world.reopen({
    store: (store) => new FaultyStore(store, [{ operation: "putIfAbsent", object, error, when: "before" }]),
  });
  return world;
}

describe("a backup", () => {
  it("of a small share asks the store nothing about checkpoints", async () => {
    await using world = await World.create();
    await edit(world, "one");
    await world.backup();
    world.objects.reset();
    await edit(world, "two");
    await world.backup();
    const without = world.objects.counts;
    world.objects.reset();
    await edit(world, "three");
    await world.backup({ checkpoints: { leastEntries: 1000, bytesPerEntry: 512 } });
    expect(world.objects.counts).toMatchObject({ list: without.list, get: without.get, stat: without.stat });
    expect(await world.store.checkpoints.list()).toEqual([]);
  });

  it("makes a checkpoint when one is due, says so, and keeps two", async () => {
    await using world = await World.create();
    const { lines, logger } = listener();
    const phases = new Set<string>();
    for (const text of ["one", "two", "three"]) {
      await edit(world, text);
      await world.backup({ checkpoints: ALWAYS, logger, onProgress: ({ phase }) => phases.add(phase) });
    }
    expect(lines).toEqual(Array.from({ length: 3 }, () => "info a checkpoint of the catalog is in the store"));
    expect([...phases].slice(-3)).toEqual(["publishing", "checkpointing", "done"]);
    expect(await world.store.checkpoints.list()).toEqual([3, 2]);
  });

  it("counts from the newest checkpoint that can be used", async () => {
    await using world = await World.create();
    await edit(world, "one");
    await world.backup({ checkpoints: ALWAYS });
    const versions = world.catalog.next().version - 1;
    const checkpoints = { leastEntries: versions, bytesPerEntry: Number.MAX_SAFE_INTEGER };
    await edit(world, "two");
    await world.backup({ checkpoints });
    expect(await world.store.checkpoints.list()).toEqual([1]);
    await world.objects.put(world.store.names.checkpoint(1 as SnapshotNumber), Buffer.alloc(10));
    await edit(world, "three");
    await world.backup({ checkpoints });
    expect(await world.store.checkpoints.list()).toEqual([3, 1]);
  });

  it.each([
    ["part", "catalog/0000000001/parts/0000000001"],
    ["record", "catalog/0000000001/checkpoint.fb"],
  ])("succeeds with a warning when the store has no room for a checkpoint's %s", async (_what, object) => {
    const full = new StoreError("STORE_FULL", "No space is left in the store.");
    await using world = await failingAt(object, full);
    const { lines, logger } = listener();
    const { snapshot } = await world.backup({ checkpoints: ALWAYS, logger });
    expect(snapshot.number).toBe(1);
    expect(lines).toEqual(["warn no checkpoint of the catalog was made: No space is left in the store."]);
    expect(await world.store.latest()).toBe(1);
    await edit(world, "two");
    await world.backup({ checkpoints: ALWAYS });
    expect(await world.store.checkpoints.list()).toEqual([2]);
    await using fetched = await buildElsewhere(world);
    expect(fetched.built.checkpoint).toBe(2);
  });

  it("that is aborted while it makes a checkpoint has succeeded, and leaves none", async () => {
    await using world = await World.create();
    await edit(world, "one");
    const stop = new AbortController();
    const { lines, logger } = listener();
    const { snapshot } = await world.backup({
      checkpoints: ALWAYS,
      logger,
      signal: stop.signal,
      onProgress: ({ phase }) => {
        if (phase === "checkpointing") stop.abort(new SharestrataError("INTERRUPTED", "stopped"));
      },
    });
    expect(snapshot.number).toBe(1);
    expect(lines).toEqual(["info the checkpoint of the catalog was called off"]);
    expect(await world.store.checkpoints.list()).toEqual([]);
  });
});

it("a checkpoint holds nothing that is not published", async () => {
  await using world = await World.create();
  await edit(world, "one");
  await world.backup();
  const onRead = (): void => {
    throw new Error("cut");
  };
  await world.reopen({ source: (source) => hookedSource(source, { onList: onRead }) });
  await expect(world.backup()).rejects.toThrow("cut");
  expect(world.catalog.unfinished()).toBeDefined();
  await expect(writeCheckpoint(world.parts)).rejects.toMatchObject({ code: "INTERNAL" });
});
