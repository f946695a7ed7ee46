// A checkpoint is a short cut and nothing else: the catalog is the same with it and without.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { SnapshotNumber } from "../../../core/ids.js";
import { writeCheckpoint } from "../../../daemon/checkpoints/write-checkpoint.js";
import { applyEdits, compareTrees, editTree, generateTree, readTree, writeTree } from "../../support/tree.js";
import { World } from "../backup/support/world.js";
import { ALWAYS, buildElsewhere, everythingIn } from "./support/catalogs.js";

it.each([
  ["plain", false],
  ["encrypted", true],
])(
  "a catalog from a %s checkpoint says what one from the segments says, of every snapshot, and goes on as it would",
  async (_how, isEncrypted) => {
    await using world = await World.create({ isEncrypted });
    let tree = generateTree({ seed: 51, files: 120 });
    const edit = async (seed: number): Promise<void> => {
      const edited = editTree(tree, { seed, edits: 25 });
      await applyEdits(tree, edited.edits, world.sourceFolder);
      tree = edited.tree;
    };
    await writeTree(tree, world.sourceFolder);
    await world.backup();
    for (let round = 0; round < 7; round++) {
      await edit(60 + round);
      await world.backup(round === 3 ? { checkpoints: ALWAYS } : {});
    }
    await using folded = await buildElsewhere(world, { fromSegments: true });
    await using fetched = await buildElsewhere(world);
    expect(folded.built).toMatchObject({ checkpoint: undefined, folded: { snapshots: 8 } });
    expect(fetched.built).toMatchObject({ checkpoint: 5, folded: { snapshots: 3 } });
    const expected = await everythingIn(world, folded.catalog, folded.dedup);
    expect(await everythingIn(world, fetched.catalog, fetched.dedup)).toEqual(expected);
    expect(await everythingIn(world, world.catalog, world.dedup)).toEqual(expected);

    const { snapshot } = await world.backup({ catalog: fetched.catalog, dedup: fetched.dedup });
    expect(snapshot).toMatchObject({ number: 9, counters: { added: 0, modified: 0, deleted: 0, bytesRead: 0 } });
    await edit(99);
    await world.backup();
    const now = await readTree(world.sourceFolder);
    expect(compareTrees(await world.read(world.catalog.view(10 as SnapshotNumber)), now)).toEqual([]);
  },
);

it("a share without a single content has a checkpoint like any other", async () => {
  await using world = await World.create();
  await world.backup({ checkpoints: ALWAYS });
  await writeFile(join(world.sourceFolder, "empty"), "");
  await world.backup();
  await using folded = await buildElsewhere(world, { fromSegments: true });
  await using fetched = await buildElsewhere(world);
  expect(fetched.built.checkpoint).toBe(1);
  expect(await everythingIn(world, fetched.catalog, fetched.dedup)).toEqual(
    await everythingIn(world, folded.catalog, folded.dedup),
  );
});

it("a catalog from a checkpoint is nobody's, though it was copied during a backup", async () => {
  await using world = await World.create();
  await world.backup({ checkpoints: ALWAYS });
  await using _busy = await world.catalog.claim();
  await using fetched = await buildElsewhere(world);
  expect(fetched.built.checkpoint).toBe(1);
  await using _claim = await fetched.catalog.claim();
});

it("files of many parts come back whole, and it is told how much of them is there", async () => {
  await using world = await World.create();
  await writeTree(generateTree({ seed: 5, files: 60 }), world.sourceFolder);
  await world.backup();
  {
    await using _claim = await world.catalog.claim();
    const { files } = await writeCheckpoint({ ...world.parts, partBytes: 5000 });
    expect(files.map(({ parts }) => parts.length > 3)).toEqual([true, true, true]);
  }
  const told: number[] = [];
  await using fetched = await buildElsewhere(world, {
    onProgress: (progress) => progress.phase === "fetching" && told.push(progress.bytes / progress.totalBytes),
  });
  expect(told.length).toBeGreaterThan(10);
  expect(told.at(-1)).toBe(1);
  await using folded = await buildElsewhere(world, { fromSegments: true });
  expect(await everythingIn(world, fetched.catalog, fetched.dedup)).toEqual(
    await everythingIn(world, folded.catalog, folded.dedup),
  );
});
