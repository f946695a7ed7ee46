/** What verifying makes of a store that was pruned. */
import { expect, it } from "vitest";
import type { PruneNumber } from "../../../core/ids.js";
import { verify } from "../../../daemon/verify/verify.js";
import type { Finding } from "../../../daemon/verify/finding.js";
import { World } from "../backup/support/world.js";
import { bringBack, makeOldContents, SETTINGS } from "./support/old-contents.js";
import { contentObjects, ShareHistory } from "./support/share-history.js";

async function prunedWorld(): Promise<World> {
  const world = await World.create({ settings: SETTINGS, isEncrypted: true });
  await makeOldContents(world);
  await bringBack(world);
  await world.backup();
  const history = await ShareHistory.of(world);
  const result = await history.prune({ policy: { last: 1 }, rewriteBelow: 1 });
  expect(result.rewritten.objects).toBeGreaterThan(0);
  return world;
}

async function findings(world: World, options: { readonly withCatalog?: boolean } = {}): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  await verify({
    store: world.store,
    catalog: options.withCatalog === false ? undefined : world.catalog,
    sample: { start: 0, width: 1_000_000 },
    onFinding: async (finding) => void found.push(finding),
    onHarm: async () => {},
  });
  return found;
}

it("what a prune has deleted is not missed, with and without a catalog", async () => {
  await using world = await prunedWorld();
  expect(await findings(world)).toEqual([]);
  expect(await findings(world, { withCatalog: false })).toEqual([]);
});

it("a bundle that a prune has written is missed like any other, and its bytes are proved", async () => {
  await using world = await prunedWorld();
  const record = await world.store.prunes.get(1 as PruneNumber);
  const name = world.store.names.bundle(record.rewritten[0]?.bundleId as never);
  const bytes = (await world.objects.get(name)) as Uint8Array;
  const altered = Uint8Array.from(bytes);
  altered[600] = (altered[600] ?? 0) ^ 1;
  await world.objects.put(name, altered);
  expect(await findings(world)).toMatchObject([{ kind: "bundle", object: name, problem: "damaged" }]);
  await world.objects.delete(name);
  expect(await findings(world)).toMatchObject([{ kind: "bundle", object: name, problem: "missing" }]);
});

it("what is needed is missed in a store that was pruned", async () => {
  await using world = await prunedWorld();
  const needed = (await contentObjects(world.store)).find((name) => name.includes("/blobs/"));
  await world.objects.delete(needed as string);
  expect(await findings(world)).toMatchObject([{ kind: "blob", object: needed, problem: "missing" }]);
});

it("a record that is damaged or missing is told", async () => {
  await using world = await prunedWorld();
  const history = await ShareHistory.of(world);
  await history.edit(1);
  await history.backup();
  await history.prune({ policy: { last: 1 } });
  const [first, second] = [1, 2].map((number) => world.store.names.prune(number as PruneNumber)) as [string, string];
  const bytes = (await world.objects.get(second)) as Uint8Array;
  await world.objects.put(second, bytes.subarray(0, 100));
  expect((await findings(world)).filter(({ kind }) => kind === "prune")).toMatchObject([
    { object: second, problem: "damaged" },
  ]);
  await world.objects.put(second, bytes);
  await world.objects.delete(first);
  expect((await findings(world)).filter(({ kind }) => kind === "prune")).toMatchObject([
    { object: first, problem: "missing" },
  ]);
});
