/** Random edits, backups and prunes, held against naive copies of every snapshot that is kept. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import { openDedupIndex } from "../../../catalog/dedup-index.js";
import type { Catalog } from "../../../catalog/catalog.js";
import { catchUp } from "../../../daemon/backup/catch-up.js";
import type { RetentionPolicy } from "../../../daemon/retention/policy.js";
import { inLong } from "../../support/extent.js";
import { World } from "../backup/support/world.js";
import { contentObjects, ShareHistory } from "./support/share-history.js";

type Step =
  | { readonly kind: "edit"; readonly seed: number; readonly edits: number }
  | { readonly kind: "backup"; readonly tag: boolean }
  | { readonly kind: "prune"; readonly policy: RetentionPolicy; readonly rewriteBelow: number }
  | { readonly kind: "lose state" };

const policy: fc.Arbitrary<RetentionPolicy> = fc.oneof(
  fc.constant({}),
  fc.record({ last: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ last: fc.constant(1), tags: fc.constant(["kept"]) }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("edit" as const),
      seed: fc.nat(1000),
      edits: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("backup" as const), tag: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("prune" as const),
      policy,
      rewriteBelow: fc.constantFrom(0, 0.5, 1),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "lose state" as const }) },
);

it("every kept snapshot holds what it held, whatever was pruned, and nothing else stays in the store", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(100), fc.array(step, { minLength: 4, maxLength: 14 }), async (seed, steps) => {
      await using world = await World.create({ isEncrypted: seed % 2 === 1 });
      const history = await ShareHistory.begin(world, seed, 30);
      await history.backup();
      for (const one of steps) {
        if (one.kind === "edit") await history.edit(one.seed, one.edits);
        else if (one.kind === "backup") await history.backup({ tags: one.tag ? ["kept"] : [] });
        else if (one.kind === "prune") {
          const result = await history.prune(one);
          expect(result.waiting).toBeUndefined();
        } else await world.loseState();
        if (one.kind === "lose state") await catchUp(world.parts);
        await history.expectWhole();
      }
      await history.prune({ policy: { last: 1 } });
      await history.expectWhole();
      await history.expectVerified();
      // A second one finds nothing more to do.
      expect(await history.prune({ policy: { last: 1 } })).toMatchObject({
        record: undefined,
        deleted: { objects: 0 },
      });
      await history.backup();
      await history.expectWhole();
      await history.expectVerified();
    }),
    { numRuns: inLong(60, 6) },
  );
});

/** All that prunes have a part in. */
function stateOf(catalog: Catalog) {
  const contents = Array.from({ length: catalog.next().content }, (_, id) => catalog.locate(id as never));
  return {
    snapshots: catalog.snapshots(),
    next: catalog.next(),
    prune: catalog.prune(),
    condemned: [...catalog.condemned()],
    contents,
    versions: [...catalog.versions()],
  };
}

it("a catalog that is built anew from the journal equals the one that has seen it happen", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(100), fc.array(step, { minLength: 4, maxLength: 12 }), async (seed, steps) => {
      await using world = await World.create();
      const history = await ShareHistory.begin(world, seed, 30);
      await history.backup();
      for (const one of steps) {
        if (one.kind === "edit") await history.edit(one.seed, one.edits);
        else if (one.kind === "backup") await history.backup();
        else if (one.kind === "prune") await history.prune(one);
      }
      const folder = world.directory.join("anew");
      await using catalog = openCatalog(folder);
      await using dedup = openDedupIndex(`${folder}/dedup`, () => catalog.next().content);
      await catchUp({ store: world.store, catalog, dedup });
      expect(stateOf(catalog)).toEqual(stateOf(world.catalog));
    }),
    { numRuns: inLong(60, 6) },
  );
});

it("objects that only removed snapshots needed are gone, and bundles hold mostly what is needed", async () => {
  await using world = await World.create();
  const history = await ShareHistory.begin(world, 5, 120);
  await history.backup();
  const before = await contentObjects(world.store);
  for (let round = 0; round < 4; round++) {
    await history.edit(round, 60);
    await history.backup();
  }
  const result = await history.prune({ policy: { last: 1 }, rewriteBelow: 1 });
  expect(result.rewritten.objects).toBeGreaterThan(0);
  const after = await contentObjects(world.store);
  expect(after.filter((name) => before.includes(name)).length).toBeLessThan(before.length);
  await history.expectWhole();
  await history.expectVerified();
});
