// A store that is full, that refuses, that answers late, or that loses its answers, from each write on: the run ends with one typed
// error or completes, and the next one takes up what was stored.
import { expect, it } from "vitest";
import { StoreError } from "../../../core/errors.js";
import { applyEdits, compareTrees, editTree, generateTree, readTree, writeTree } from "../../support/tree.js";
import { troubledStore, type Trouble } from "./support/troubled-store.js";
import { World } from "./support/world.js";

interface Kind {
  readonly what: string;
  readonly trouble: Trouble;
  /** What a run that meets it ends with; undefined when it completes. */
  readonly code: string | undefined;
}

const refuse = (code: "STORE_FULL" | "ACCESS_DENIED" | "UNREACHABLE"): Trouble => {
  return () => Promise.reject(new StoreError(code, `The store refuses: ${code}.`));
};
const manyTurns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const KINDS: readonly Kind[] = [
  { what: "is full", trouble: refuse("STORE_FULL"), code: "STORE_FULL" },
  { what: "lets nobody write any more", trouble: refuse("ACCESS_DENIED"), code: "ACCESS_DENIED" },
  { what: "is away", trouble: refuse("UNREACHABLE"), code: "UNREACHABLE" },
  {
    what: "writes, and says that it has not",
    trouble: async (pass) => {
      await pass();
      throw new StoreError("UNREACHABLE", "The answer got lost.");
    },
    code: "UNREACHABLE",
  },
  { what: "is slow", trouble: async (pass) => (await manyTurns(), pass()), code: undefined },
];

it.each(KINDS)(
  "a store that $what from any write on harms nothing, and the next run completes",
  async ({ trouble, code }) => {
    let met = true;
    for (let from = 2; met; from += 3) {
      await using world = await World.create();
      const tree = generateTree({ seed: 31, files: 30 });
      await writeTree(tree, world.sourceFolder);
      await world.backup();
      const first = await readTree(world.sourceFolder);
      await applyEdits(tree, editTree(tree, { seed: 32, edits: 12 }).edits, world.sourceFolder);
      met = false;
      let isOver = false;
      const noted: Trouble = (pass) => ((met = true), trouble(pass));
      await world.reopen({ store: (store) => troubledStore(store, from, noted, () => isOver) });
      const ended = await world.backup().then(
        () => undefined,
        (error: unknown) => error,
      );
      // The marker is a hint, and giving the lease back a courtesy: a run that has published says so.
      if (ended !== undefined) expect(ended).toMatchObject({ code });
      isOver = true;
      await world.backup();
      const snapshots = world.catalog.snapshots();
      const [oldest, newest] = [snapshots[0], snapshots.at(-1)];
      if (!oldest || !newest) throw new Error("no snapshots");
      expect(compareTrees(await world.read(world.catalog.view(oldest.number)), first)).toEqual([]);
      const now = await readTree(world.sourceFolder);
      expect(compareTrees(await world.read(world.catalog.view(newest.number)), now), `from write ${from}`).toEqual([]);
    }
  },
);
