// What verifying finds lost, the next backup stores again, when it is still at the source.
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BundleId, ContentId, SnapshotNumber } from "../../../core/ids.js";
import { Losses } from "../../../daemon/backup/losses.js";
import { keepLosses, readLosses } from "../../../daemon/shares/losses-file.js";
import { writeStateFile } from "../../../daemon/shares/state-file.js";
import { EVERYTHING } from "../../../daemon/verify/sample.js";
import { temporaryDirectory } from "../../support/tmp.js";
import type { World } from "../backup/support/world.js";
import { filledWorld, verified } from "./support.js";

const THREE = 3 as SnapshotNumber;
const FOUR = 4 as SnapshotNumber;
const SEGMENT = { snapshot: 1 as SnapshotNumber, segment: 0 };

async function lostOf(world: World): Promise<Losses> {
  return (await verified(world, { sample: EVERYTHING })).result.lost;
}

async function expectWhole(world: World, snapshot: SnapshotNumber): Promise<void> {
  expect(await verified(world, { snapshot, sample: EVERYTHING })).toMatchObject({ findings: [], hurt: [] });
  const files = [...(await world.read(world.catalog.view(snapshot))).values()].filter(({ kind }) => kind === "file");
  expect(files).toHaveLength(9);
}

it("a lost bundle's files are read again, once, and are whole from then on", async () => {
  await using world = await filledWorld();
  await world.objects.delete(world.store.names.bundle(1 as BundleId));
  const lost = await lostOf(world);
  const { snapshot } = await world.backup({ lost });
  // small4 is gone at the source; the other three are stored again.
  expect(snapshot.counters).toMatchObject({ modified: 3, unchanged: 10, bytesRead: 2001 + 2002 + 2003 });
  await expectWhole(world, THREE);
  const later = await world.backup({ lost: await lostOf(world) });
  expect(later.snapshot.counters).toMatchObject({ modified: 0, bytesRead: 0, bytesStored: expect.any(Number) });
  await expectWhole(world, FOUR);
});

it("without being told, a backup takes what is lost for stored", async () => {
  await using world = await filledWorld();
  await world.objects.delete(world.store.names.bundle(1 as BundleId));
  await world.backup();
  expect((await verified(world, { snapshot: THREE })).findings).toHaveLength(1);
});

it("of a long file only the chunk that is lost is stored again", async () => {
  await using world = await filledWorld();
  const names: string[] = [];
  for await (const { name } of world.objects.list(world.store.names.blobPrefix)) names.push(name);
  await world.objects.put(names[0] ?? "", new Uint8Array(500));
  const lost = await lostOf(world);
  expect(lost).toMatchObject({ bundles: new Set(), contents: { size: 1 } });
  const before = names.length;
  await world.backup({ lost });
  let after = 0;
  for await (const _ of world.objects.list(world.store.names.blobPrefix)) after++;
  expect(after).toBe(before + 1);
  await expectWhole(world, THREE);
});

it("a lost file that has moved, or that a new one equals, is stored again as well", async () => {
  await using world = await filledWorld();
  await world.objects.delete(world.store.names.bundle(1 as BundleId));
  await rename(join(world.sourceFolder, "a"), join(world.sourceFolder, "z"));
  await rm(join(world.sourceFolder, "b/small5"));
  await rename(join(world.sourceFolder, "z/small1"), join(world.sourceFolder, "b/small5"));
  await world.backup({ lost: await lostOf(world) });
  expect(await verified(world, { snapshot: THREE, sample: EVERYTHING })).toMatchObject({ findings: [], hurt: [] });
});

it("what was stored again is known after the catalog is built anew from the store", async () => {
  await using world = await filledWorld();
  await world.objects.delete(world.store.names.bundle(1 as BundleId));
  const lost = await lostOf(world);
  await world.backup({ lost });
  await world.loseState();
  const { snapshot } = await world.backup({ lost });
  expect(snapshot.counters).toMatchObject({ modified: 0, bytesRead: 0 });
  await expectWhole(world, FOUR);
});

it("what was found is added to what is known, and forgotten when everything was read and is whole", async () => {
  await using folder = await temporaryDirectory();
  const file = folder.join("state", "lost.json");
  const [one, two] = [
    new Losses({ bundles: [1 as BundleId] }),
    new Losses({ contents: [7 as ContentId], segments: [SEGMENT] }),
  ];
  expect(await readLosses(file)).toEqual(new Losses());
  await keepLosses(file, one, false);
  await keepLosses(file, two, false);
  expect(await readLosses(file)).toEqual(one.and(two));
  await keepLosses(file, two, true);
  expect(await readLosses(file)).toEqual(two);
  await keepLosses(file, new Losses(), true);
  expect(await readLosses(file)).toEqual(new Losses());
  await writeStateFile(file, { bundles: "all", contents: [-1, "x", 2], segments: [SEGMENT, 1, { snapshot: 0 }] });
  expect(await readLosses(file)).toEqual(new Losses({ contents: [2 as ContentId], segments: [SEGMENT] }));
});

describe("what a lost segment had beside the tree", () => {
  const loseFirstSegment = (world: World): Promise<void> =>
    world.objects.delete(world.store.names.segment(SEGMENT.snapshot, SEGMENT.segment));

  it("is described again, once, and nothing is read for it", async () => {
    await using world = await filledWorld();
    await loseFirstSegment(world);
    const lost = await lostOf(world);
    expect(lost.segments).toEqual([SEGMENT]);
    const { snapshot } = await world.backup({ lost });
    // Three small files, a large one and a link; the folders have changed since.
    expect(snapshot.counters).toMatchObject({ added: 0, modified: 5, unchanged: 8, bytesRead: 0, errors: 0 });
    const { hurt, findings } = await verified(world, { snapshot: THREE });
    expect([hurt, findings.map(({ kind }) => kind)]).toEqual([[], ["segment"]]);
    expect((await world.read(world.catalog.view(THREE))).get("a/link")).toMatchObject({ target: "small1" });
    const later = await world.backup({ lost: await lostOf(world) });
    expect(later.snapshot.counters).toMatchObject({ modified: 0, unchanged: 13, bytesRead: 0 });
  });

  it("is described again with contents that are lost as well, and those are read", async () => {
    await using world = await filledWorld();
    await loseFirstSegment(world);
    await world.objects.delete(world.store.names.bundle(1 as BundleId));
    const { snapshot } = await world.backup({ lost: await lostOf(world) });
    expect(snapshot.counters).toMatchObject({ modified: 5, bytesRead: 2001 + 2002 + 2003 });
    expect((await verified(world, { snapshot: THREE, sample: EVERYTHING })).hurt).toEqual([]);
  });

  it("keeps a file from nothing that has moved meanwhile", async () => {
    await using world = await filledWorld();
    await loseFirstSegment(world);
    await rename(join(world.sourceFolder, "a"), join(world.sourceFolder, "z"));
    await rename(join(world.sourceFolder, "z/link"), join(world.sourceFolder, "b/link"));
    const { snapshot } = await world.backup({ lost: await lostOf(world) });
    expect(snapshot.counters).toMatchObject({ added: 0, errors: 0, renamed: 2 });
    expect((await verified(world, { snapshot: THREE })).hurt).toEqual([]);
  });
});
