// An encrypted share, backed up for real: that it is whole, what is told of damage to it, and that it survives the loss of all else.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { BundleId, SnapshotNumber } from "../../../core/ids.js";
import type { TimeNs } from "../../../core/time.js";
import { EVERYTHING } from "../../../daemon/verify/sample.js";
import { keyFile } from "../../store/support/keys.js";
import { compareTrees, readTree } from "../../support/tree.js";
import type { World } from "../backup/support/world.js";
import { filledWorld, verified } from "./support.js";

const TWO = 2 as SnapshotNumber;

let world: World;
beforeAll(async () => {
  world = await filledWorld(0, true);
});
afterAll(() => world[Symbol.asyncDispose]());

async function objectNames(prefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of world.objects.list(prefix)) names.push(name);
  return names;
}

it("is whole, with every blob in it, and nothing is left over", async () => {
  for (const sample of [undefined, EVERYTHING]) {
    const { findings, hurt, result } = await verified(world, { sample });
    expect({ findings, hurt }).toEqual({ findings: [], hurt: [] });
    expect(result.unnamed).toEqual({ objects: 0, bytes: 0 });
  }
});

it("names each object of which a byte has changed, as one that is not encrypted does", async () => {
  const { names } = world.store;
  const [blob] = await objectNames(names.blobPrefix);
  const { id } = await world.store.addKey({ secret: keyFile(2), createdAt: 1n as TimeNs });
  for (const [kind, name] of [
    ["segment", names.segment(TWO, 0)],
    ["manifest", names.manifest(TWO)],
    ["bundle", names.bundle(1 as BundleId)],
    ["blob", blob ?? ""],
    ["checkpoint", names.checkpoint(TWO)],
    ["checkpoint-part", names.checkpointPart(TWO, 0)],
    ["key", names.key(id)],
  ] as const) {
    const whole = (await world.objects.get(name)) ?? new Uint8Array(0);
    const altered = Uint8Array.from(whole);
    // Within the sealed bytes: in a bundle behind the first TAR header, elsewhere behind the longest header.
    altered[700] = (altered[700] ?? 0) ^ 1;
    if (whole.length < 700) altered[100] = (altered[100] ?? 0) ^ 1;
    await world.objects.put(name, altered);
    const { findings } = await verified(world, { sample: EVERYTHING });
    await world.objects.put(name, whole);
    expect(findings, name).toMatchObject([{ kind, object: name, problem: "damaged" }]);
  }
});

it("is read back from the store and its key alone, and goes on", async () => {
  const lost = await filledWorld(0, true);
  onTestFinished(() => lost[Symbol.asyncDispose]());
  await lost.loseState();
  await writeFile(join(lost.sourceFolder, "later"), "one file more");
  const { snapshot } = await lost.backup();
  expect(snapshot).toMatchObject({ number: 3, counters: { added: 1, deleted: 0 } });
  const now = await readTree(lost.sourceFolder);
  expect(compareTrees(await lost.read(lost.catalog.view(3 as SnapshotNumber)), now)).toEqual([]);
});
