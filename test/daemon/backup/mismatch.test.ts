import { cp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { SnapshotNumber } from "../../../core/ids.js";
import type { Logger } from "../../../core/logger.js";
import { silentLogger } from "../../../core/logger.js";
import { World } from "./support/world.js";

async function backedUp(files: readonly string[], startMs?: number): Promise<World> {
  const world = await World.create(startMs === undefined ? {} : { startMs });
  for (const name of files) {
    await writeFile(join(world.sourceFolder, name), name);
    await world.backup();
  }
  return world;
}

it("refuses another store of the same share and depth, and leaves it as it is", async () => {
  await using world = await backedUp(["a"]);
  await using other = await backedUp(["b"], Date.UTC(2025, 0, 1));
  await world.whileClosed(async () => {
    await rm(world.storeFolder, { recursive: true });
    await cp(other.storeFolder, world.storeFolder, { recursive: true });
  });
  await expect(world.backup()).rejects.toMatchObject({ code: "DAMAGED", name: "WrongStoreError" });
  await expect(world.backup()).rejects.toThrow(/is it the right store\? If it is, remove .*state\/catalog/);
  expect(world.objects.counts).toMatchObject({ put: 0, putIfAbsent: 0, delete: 0 });
});

it("refuses a store that was rolled back and has gone another way since", async () => {
  await using world = await backedUp(["a"]);
  const early = world.directory.join("early");
  await cp(world.storeFolder, early, { recursive: true });
  await writeFile(join(world.sourceFolder, "b"), "b");
  await world.backup();
  const known = world.directory.join("known");
  await world.whileClosed(async () => {
    await rm(world.storeFolder, { recursive: true });
    await rename(early, world.storeFolder);
    await rename(world.stateFolder, known);
  });
  await writeFile(join(world.sourceFolder, "b"), "other");
  await world.backup();
  await world.whileClosed(async () => {
    await rm(world.stateFolder, { recursive: true });
    await rename(known, world.stateFolder);
  });
  await expect(world.backup()).rejects.toThrow("has another snapshot 2");
});

it("goes on, with a warning, when the newest manifest is damaged but the store is the right one", async () => {
  await using world = await backedUp(["a"]);
  await world.objects.put(world.store.names.manifest(1 as SnapshotNumber), new Uint8Array(100));
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (_fields, message) => warnings.push(message) };
  expect((await world.backup({ logger })).snapshot.number).toBe(2);
  expect(warnings).toEqual([expect.stringContaining("manifest is damaged")]);
});
