import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compareTrees, readTree } from "../../support/tree.js";
import { fill, hookedSource } from "./support/sources.js";
import { World } from "./support/world.js";

it("what an interrupted attempt moved counts as renamed in the run that completes it", async () => {
  let cut = false;
  await using world = await World.create({
    source: (source) =>
      hookedSource(source, {
        onRead(path) {
          if (cut && path.startsWith("last/")) throw new Error("the wire was cut");
        },
      }),
  });
  await fill(world.sourceFolder, { "old/f": "1", "old/sub/g": "2", h: "3" });
  await world.backup();
  await rename(join(world.sourceFolder, "old"), join(world.sourceFolder, "folder"));
  await rename(join(world.sourceFolder, "h"), join(world.sourceFolder, "file"));
  await fill(world.sourceFolder, { added: "4", "last/x": "5" });
  cut = true;
  await expect(world.backup()).rejects.toThrow("the wire was cut");
  cut = false;
  const { snapshot } = await world.backup();
  expect(snapshot.counters).toMatchObject({ renamed: 2, added: 3, deleted: 0 });
  expect(
    compareTrees(await world.read(world.catalog.view(snapshot.number)), await readTree(world.sourceFolder)),
  ).toEqual([]);
});
