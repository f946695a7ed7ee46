import { expect, it } from "vitest";
import type { SnapshotNumber } from "../../../core/ids.js";
import type { ObjectStore } from "../../../store/object-store.js";
import { applyEdits, compareTrees, editTree, generateTree, readTree, writeTree } from "../../support/tree.js";
import { World } from "./support/world.js";

/** A store that dies at its n-th write: before the write or after it, and every operation from then on. */
function mortalStore(store: ObjectStore, dieAt: number, when: "before" | "after"): ObjectStore {
  let writes = 0;
  let dead = false;
  const live = (): void => {
    if (dead) throw new Error("killed");
  };
  const write = async <T>(operation: () => Promise<T>): Promise<T> => {
    live();
    const last = ++writes === dieAt;
    if (last && when === "before") dead = true;
    live();
    const result = await operation();
    if (last) dead = true;
    live();
    return result;
  };
  return {
    uri: store.uri,
    put: (...args) => write(() => store.put(...args)),
    putIfAbsent: (...args) => write(() => store.putIfAbsent(...args)),
    delete: (...args) => write(() => store.delete(...args)),
    get: async (...args) => (live(), store.get(...args)),
    getRange: async (...args) => (live(), store.getRange(...args)),
    stat: async (...args) => (live(), store.stat(...args)),
    list: (...args) => (live(), store.list(...args)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

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
  120_000,
);
