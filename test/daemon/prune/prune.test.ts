import { describe, expect, it } from "vitest";
import { CatalogCheck } from "../../../catalog/check/catalog-check.js";
import { World } from "../backup/support/world.js";
import { contentObjects, ShareHistory } from "./support/share-history.js";

describe("a prune", () => {
  it("without rules removes no snapshot and writes nothing where there is no garbage", async () => {
    await using world = await World.create();
    const history = await ShareHistory.begin(world, 1);
    for (let round = 0; round < 3; round++) {
      await history.edit(10 + round);
      await history.backup();
    }
    world.objects.reset();
    const result = await history.prune();
    expect(result).toMatchObject({ record: undefined, dead: { objects: 0 }, deleted: { objects: 0 } });
    expect(world.objects.counts).toMatchObject({ put: 0, putIfAbsent: 0, delete: 0 });
    await history.expectWhole();
  });

  it("removes what no rule keeps, and leaves in the store what the others need", async () => {
    await using world = await World.create();
    const history = await ShareHistory.begin(world, 2, 80);
    for (let round = 0; round < 5; round++) {
      await history.backup();
      await history.edit(20 + round, 60);
    }
    const before = await contentObjects(world.store);
    const result = await history.prune({ policy: { last: 1 } });
    expect(result.record).toBe(1);
    expect(result.deleted.objects).toBeGreaterThan(0);
    expect((await contentObjects(world.store)).length).toBeLessThan(before.length);
    expect(world.catalog.snapshots()).toHaveLength(1);
    await history.expectWhole();
    await history.backup();
    await history.expectWhole();
    await history.expectVerified();
  });
});

describe("the catalog check", () => {
  it("finds nothing wrong with a catalog that prunes were applied to", async () => {
    await using world = await World.create();
    const history = await ShareHistory.begin(world, 3, 80);
    for (let round = 0; round < 3; round++) {
      await history.backup();
      await history.edit(30 + round, 60);
      await history.prune({ policy: { last: 2 }, rewriteBelow: 1 });
    }
    expect([...world.catalog.movedRanges()].length).toBeGreaterThan(0);
    expect([...world.catalog.condemned()].length).toBeGreaterThan(0);
    const problems: unknown[] = [];
    for await (const problem of new CatalogCheck(world.catalog.folder).run()) problems.push(problem);
    expect(problems).toEqual([]);
  });
});
