// A checkpoint that is there, but not whole: asked for, it is made anew.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { SnapshotNumber } from "../../../core/ids.js";
import { makeCheckpoint } from "../../../daemon/checkpoints/make-checkpoint.js";
import { World } from "../backup/support/world.js";
import { ALWAYS, buildElsewhere, listener } from "./support/catalogs.js";

const FIRST = 1 as SnapshotNumber;

type Spoil = (object: Buffer) => Uint8Array | undefined;

const spoilers: readonly (readonly [string, Spoil])[] = [
  ["missing", () => undefined],
  ["cut short", (object) => object.subarray(0, -1)],
  ["too long", (object) => Buffer.concat([object, Buffer.of(0)])],
];
const flipped: Spoil = (object) => {
  object[object.length - 1]! ^= 1;
  return object;
};

async function spoilPart(world: World, number: number, spoil: Spoil): Promise<void> {
  const name = world.store.names.checkpointPart(FIRST, number);
  const object = spoil(Buffer.from((await world.objects.get(name)) ?? []));
  if (object) await world.objects.put(name, object);
  else await world.objects.delete(name);
}

async function backedUp(text = "one"): Promise<World> {
  const world = await World.create();
  await writeFile(join(world.sourceFolder, "file"), text);
  await world.backup();
  return world;
}

it.each(
  [...spoilers, ["damaged within", flipped] as const].flatMap(([what, spoil]) =>
    [0, 1, 2].map((n) => [what, n, spoil] as const),
  ),
)(
  "is made anew when a part of the one that is there is %s (%i), and can be used then",
  async (_what, number, spoil) => {
    await using world = await backedUp();
    await makeCheckpoint(world.parts);
    await spoilPart(world, number, spoil);
    const { lines, logger } = listener();
    expect(await makeCheckpoint({ ...world.parts, logger })).toMatchObject({ snapshot: 1, written: true });
    expect(lines).toEqual([expect.stringMatching(`^warn .*${world.store.names.checkpointPart(FIRST, number)}`)]);
    expect(await makeCheckpoint(world.parts)).toMatchObject({ written: false });
    await using elsewhere = await buildElsewhere(world);
    expect(elsewhere.built.checkpoint).toBe(1);
  },
);

it.each(spoilers)("counts for nothing in deciding whether one is due when a part is %s", async (_what, spoil) => {
  await using world = await backedUp();
  await makeCheckpoint(world.parts);
  const versions = world.catalog.next().version - 1;
  const checkpoints = { ...ALWAYS, leastEntries: versions };
  await writeFile(join(world.sourceFolder, "file"), "two");
  await world.backup({ checkpoints });
  expect(await world.store.checkpoints.list()).toEqual([1]);
  await spoilPart(world, 2, spoil);
  await writeFile(join(world.sourceFolder, "file"), "three");
  await world.backup({ checkpoints });
  expect(await world.store.checkpoints.list()).toEqual([3, 1]);
});
