import { cp, rename, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import { OutdatedCatalogError } from "../../../catalog/tables.js";
import type { SnapshotNumber } from "../../../core/ids.js";
import { catchUp } from "../../../daemon/backup/catch-up.js";
import { World } from "./support/world.js";

const one = 1 as SnapshotNumber;
const two = 2 as SnapshotNumber;

async function worldWith(files: Readonly<Record<string, string>>): Promise<World> {
  const world = await World.create();
  for (const [name, text] of Object.entries(files)) await writeFile(join(world.sourceFolder, name), text);
  await world.backup();
  return world;
}

it("takes only the very segment that the manifest names", async () => {
  await using world = await worldWith({ a: "a" });
  const batch = await world.store.getSegment(one, 0);
  // Intact, and of the right number: as an overwriting machine would have left it.
  const name = world.store.names.segment(one, 0);
  const manifest = world.store.names.manifest(one);
  const published = (await world.objects.get(manifest)) ?? new Uint8Array();
  await world.objects.delete(name);
  await world.objects.delete(manifest);
  await world.store.putSegment(one, 0, { ...batch, puts: batch.puts.slice(0, 1) });
  await world.objects.put(manifest, published);
  await world.loseState();
  await expect(world.backup()).rejects.toThrow(`${name} is not the segment that the manifest`);
});

it("gives a catalog up that has applied other segments than were published, and builds it anew", async () => {
  await using world = await worldWith({ a: "a" });
  const early = world.directory.join("early");
  await cp(world.stateFolder, early, { recursive: true });
  // Another machine publishes the second snapshot …
  await writeFile(join(world.sourceFolder, "b"), "b");
  await world.backup();
  await world.whileClosed(async () => {
    await rm(world.stateFolder, { recursive: true });
    await rename(early, world.stateFolder);
  });
  // … while this one has applied a first segment of its own.
  const batch = await world.store.getSegment(two, 0);
  await world.catalog.begin();
  const strange = batch.puts.map((put) => ({ ...put, entry: { ...put.entry, name: `${put.entry.name}x` } }));
  await world.catalog.apply(two, 0, { ...batch, puts: strange });
  await expect(world.backup()).rejects.toThrow(/not what the catalog .* run the backup again/);
  expect(() => openCatalog(`${world.stateFolder}/catalog`)).toThrow(OutdatedCatalogError);
  await world.whileClosed(() => rm(world.stateFolder, { recursive: true }));
  expect((await world.backup()).snapshot).toMatchObject({ number: 3, files: 2 });
});

it("completes the identities and digests of a segment that was applied when its run was killed", async () => {
  await using world = await worldWith({ a: "content of a" });
  const manifest = await world.store.getManifest(one);
  const digest = createHash("sha256").update("content of a").digest();
  const known = world.dedup.get("blob", digest);
  expect(known).toBeDefined();
  const sourceIds = (await world.store.getSegment(one, 0)).puts.flatMap(({ entry }) => entry.sourceId ?? []);
  const batch = await world.store.getSegment(one, 0);
  await world.whileClosed(() => rm(world.stateFolder, { recursive: true }));
  // The tree is applied, and nothing else: identities come from an equal batch without them.
  await world.catalog.begin();
  const puts = batch.puts.map((put) => ({ ...put, entry: { ...put.entry, sourceId: undefined } }));
  await world.catalog.apply(one, 0, { ...batch, puts }, manifest.segments[0]?.sha256);
  expect(world.dedup.get("blob", digest)).toBeUndefined();
  expect(await catchUp(world)).toMatchObject({ snapshots: 1 });
  expect(world.catalog.snapshots()).toMatchObject([{ number: 1, name: manifest.name }]);
  expect(world.dedup.get("blob", digest)).toBe(known);
  expect(sourceIds).not.toHaveLength(0);
  for (const id of sourceIds) expect(world.catalog.findSource(id)).toBeDefined();
});
