// A folder on which nothing is mounted is empty: that everything was deleted must not be concluded from it.
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compareTrees, readTree } from "../../support/tree.js";
import { fill, hookedSource } from "./support/sources.js";
import { World } from "./support/world.js";

/** A world whose root can be given another identity. */
async function mountable(): Promise<{ readonly world: World; readonly root: { isOther: boolean } }> {
  const root = { isOther: false };
  const world = await World.create({
    source: (source) =>
      hookedSource(source, {
        onRoot: (entry) => (root.isOther ? { ...entry, sourceId: "another folder", signature: 1 } : entry),
      }),
  });
  return { world, root };
}

it("an empty folder that is another one than before is refused, again and again, until it is mounted", async () => {
  const { world, root } = await mountable();
  await using _world = world;
  await fill(world.sourceFolder, { "d/f": "1" });
  await world.backup();
  const aside = world.directory.join("aside");
  await rename(join(world.sourceFolder, "d"), aside);
  root.isOther = true;
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(world.backup()).rejects.toMatchObject({
      code: "SOURCE_UNKNOWN",
      message: expect.stringMatching(/is it mounted\?/),
    });
  }
  await rename(aside, join(world.sourceFolder, "d"));
  root.isOther = false;
  const { snapshot } = await world.backup();
  expect(snapshot.counters).toMatchObject({ deleted: 0, added: 0, bytesRead: 0 });
});

it("a folder that was emptied is backed up as it is", async () => {
  const { world } = await mountable();
  await using _world = world;
  await fill(world.sourceFolder, { "d/f": "1" });
  await world.backup();
  await rm(join(world.sourceFolder, "d"), { recursive: true });
  expect((await world.backup()).snapshot.counters).toMatchObject({ deleted: 2 });
});

it("another folder with something in it is backed up as it is", async () => {
  const { world, root } = await mountable();
  await using _world = world;
  await fill(world.sourceFolder, { f: "1" });
  await world.backup();
  root.isOther = true;
  await fill(world.sourceFolder, { g: "2" });
  const { snapshot } = await world.backup();
  expect(
    compareTrees(await world.read(world.catalog.view(snapshot.number)), await readTree(world.sourceFolder)),
  ).toEqual([]);
});
