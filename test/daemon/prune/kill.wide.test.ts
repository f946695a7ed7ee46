/**
 * Backup and prune killed with SIGKILL before and after writes and deletions (every single one in the long run), by a fault point in the store that the process itself
 * meets. Whatever is left: what is published restores exactly, the next backup and the next prune succeed, and verifying finds nothing.
 */
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { catchUp } from "../../../daemon/backup/catch-up.js";
import { timeToMs } from "../../../core/time.js";
import { inLong } from "../../support/extent.js";
import { compareTrees, type TreeModel } from "../../support/tree.js";
import { Child } from "../../catalog/crash/children.js";
import { World } from "../backup/support/world.js";
import { bringBack, makeOldContents, SETTINGS } from "./support/old-contents.js";
import type { KilledChildOptions } from "./support/killed-child.js";
import { ShareHistory } from "./support/share-history.js";

const child = "test/daemon/prune/support/killed-child.ts";

/** Every so many writes one is struck. */
const STRIDE = inLong(1, 3);

interface Scene {
  readonly world: World;
  /** By number of the snapshot, those that are published when nothing is killed included. */
  readonly copies: ReadonlyMap<number, TreeModel>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** Puts everything back as it was before the blow. */
async function inTurn(scene: Scene, job: KilledChildOptions["job"], check: (killed: boolean) => Promise<void>) {
  const { world } = scene;
  const saved = world.directory.join("saved");
  const folders = ["store", "state"];
  await world.whileClosed(async () => {
    await mkdir(saved);
    for (const folder of folders) await cp(world.directory.join(folder), join(saved, folder), { recursive: true });
  });
  let kills = 0;
  const startMs = timeToMs(world.clock.now());
  let isThrough = false;
  for (let killAt = 1; ; killAt += STRIDE) {
    await world.whileClosed(async () => {
      for (const folder of folders) {
        await rm(world.directory.join(folder), { recursive: true });
        await cp(join(saved, folder), world.directory.join(folder), { recursive: true });
      }
      await using one = new Child(child, {
        job,
        folder: world.directory.path,
        killAt,
        startMs,
      } satisfies KilledChildOptions);
      const { status, signal, stderr } = await one.end;
      isThrough = status === 0;
      if (!isThrough) expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
    });
    await check(!isThrough);
    if (isThrough) return kills;
    kills++;
  }
}

async function expectWhole({ world, copies }: Scene): Promise<void> {
  await catchUp(world.parts);
  for (const { number } of world.catalog.snapshots()) {
    const copy = copies.get(number);
    expect(compareTrees(await world.read(world.catalog.view(number)), copy as TreeModel)).toEqual([]);
  }
}

/** The next backup, the next prune, and nothing but what is needed in the store afterwards. */
async function expectToGoOn(scene: Scene, next: number): Promise<void> {
  const { world, copies } = scene;
  await expectWhole(scene);
  const { snapshot } = await world.backup();
  expect(snapshot).toMatchObject({ number: next, status: "complete" });
  const history = await ShareHistory.of(world);
  const result = await history.prune({ policy: { last: 1 }, rewriteBelow: 1 });
  expect(result.waiting).toBeUndefined();
  expect(world.catalog.snapshots().map(({ number }) => number)).toEqual([next]);
  expect(copies.has(next)).toBe(true);
  await expectWhole(scene);
  expect((await history.expectVerified()).unnamed).toEqual({ objects: 0, bytes: 0 });
  // Nothing is left that is not needed.
  const again = await history.prune({ policy: { last: 1 }, rewriteBelow: 1 });
  expect(again).toMatchObject({ record: undefined, dead: { objects: 0 } });
}

it("a prune leaves nothing that the next one cannot complete, wherever it is killed", async () => {
  await using world = await World.create({ settings: SETTINGS });
  await makeOldContents(world);
  const now = await bringBack(world);
  await world.backup();
  const copies = new Map([4, 5, 6].map((number) => [number, now]));
  const before = await copiesOf(world, [1, 2, 3]);
  const scene = { world, copies: new Map([...before, ...copies]), [Symbol.asyncDispose]: async () => {} };
  const kills = await inTurn(scene, "prune", () => expectToGoOn(scene, 5));
  // A bundle, the record and some deletions, before and after each.
  expect(kills).toBeGreaterThanOrEqual(8 / STRIDE);
}, 300_000);

it("a backup leaves nothing that a prune takes from the next one, wherever it is killed", async () => {
  await using world = await World.create({ settings: SETTINGS });
  await makeOldContents(world);
  const before = await copiesOf(world, [1, 2, 3]);
  const now = await bringBack(world);
  const scene = {
    world,
    copies: new Map([...before, ...[4, 5].map((number) => [number, now] as const)]),
    [Symbol.asyncDispose]: async () => {},
  };
  const kills = await inTurn(scene, "backup", async (killed) => {
    // Pruned before the next backup takes up what is left.
    const history = await ShareHistory.of(world);
    await history.prune({ policy: { last: 1 }, rewriteBelow: 1 });
    await expectWhole(scene);
    const published = world.catalog.snapshots().at(-1)?.number ?? 0;
    expect(published).toBe(killed ? published : 4);
    await expectToGoOn(scene, published + 1);
  });
  expect(kills).toBeGreaterThan(10 / STRIDE);
}, 300_000);

async function copiesOf(world: World, numbers: readonly number[]): Promise<ReadonlyMap<number, TreeModel>> {
  const copies = new Map<number, TreeModel>();
  for (const number of numbers) copies.set(number, await world.read(world.catalog.view(number as never)));
  return copies;
}
