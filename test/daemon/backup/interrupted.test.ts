import { expect, it } from "vitest";
import type { SnapshotNumber } from "../../../core/ids.js";
import { applyEdits, compareTrees, editTree, generateTree, readTree, writeTree } from "../../support/tree.js";
import { mortalStore } from "./support/mortal-store.js";
import { World } from "./support/world.js";

it.each(["before", "after"] as const)(
  "a run that dies %s any of its writes harms no snapshot, and the next run completes",
  async (when) => {
    let died = true;
    for (let dieAt = 1; died; dieAt++) {
      await using world = await World.create();
      const tree = generateTree({ seed: 21, files: 40 });
      await writeTree(tree, world.sourceFolder);
      await world.backup();
      const first = await readTree(world.sourceFolder);
      await applyEdits(tree, editTree(tree, { seed: 22, edits: 15 }).edits, world.sourceFolder);
      await world.reopen({ store: (store) => mortalStore(store, dieAt, when) });
      died = await world.backup().then(
        () => false,
        () => true,
      );
      await world.reopen({});
      expect(compareTrees(await world.read(world.catalog.view(1 as SnapshotNumber)), first)).toEqual([]);
      await world.backup();
      const newest = world.catalog.snapshots().at(-1)?.number ?? (0 as SnapshotNumber);
      const now = await readTree(world.sourceFolder);
      expect(compareTrees(await world.read(world.catalog.view(newest)), now), `dying at write ${dieAt}`).toEqual([]);
      expect(world.catalog.snapshots().map(({ number }) => number)).toEqual([1, 2, 3].slice(0, newest));
      const published: number[] = [];
      for await (const number of world.store.manifests()) published.push(number);
      expect(published).toEqual([1, 2, 3].slice(0, newest));
    }
  },
);
