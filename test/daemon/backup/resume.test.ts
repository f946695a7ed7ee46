import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import { OutdatedCatalogError } from "../../../catalog/tables.js";
import type { SnapshotNumber } from "../../../core/ids.js";
import { silentLogger, type Logger } from "../../../core/logger.js";
import { compareTrees, readTree } from "../../support/tree.js";
import { hookedSource } from "./support/sources.js";
import { World } from "./support/world.js";

/** A run that is cut off when it comes to the folder `zzz`, with everything before it journalled. */
async function cutOff(world: World): Promise<void> {
  const onList = (path: string): void => {
    if (path === "zzz") throw new Error("cut");
  };
  await world.reopen({ source: (source) => hookedSource(source, { onList }) });
  await expect(world.backup()).rejects.toThrow("cut");
  await world.reopen({});
}

async function newWorld(): Promise<World> {
  const world = await World.create();
  await mkdir(join(world.sourceFolder, "zzz"));
  return world;
}

async function makeFolder(world: World): Promise<void> {
  await mkdir(join(world.sourceFolder, "x/sub"), { recursive: true });
  for (const name of ["x/a", "x/sub/b", "x/sub/c"]) await writeFile(join(world.sourceFolder, name), name);
}

async function replaceFolder(world: World): Promise<void> {
  await rm(join(world.sourceFolder, "x"), { recursive: true });
  await writeFile(join(world.sourceFolder, "x"), "now a file");
}

describe("what is beneath a folder that a file has replaced is removed", () => {
  it("by the run after the interrupted one that replaced it", async () => {
    await using world = await newWorld();
    await makeFolder(world);
    await world.backup();
    await replaceFolder(world);
    await cutOff(world);
    expect((await world.backup()).snapshot).toMatchObject({ number: 2, files: 1, directories: 2 });
  });

  it("also when two interrupted runs made and replaced it, and when the state is lost in between", async () => {
    for (const isLost of [false, true]) {
      await using world = await newWorld();
      await makeFolder(world);
      await cutOff(world);
      await replaceFolder(world);
      await cutOff(world);
      if (isLost) await world.loseState();
      expect((await world.backup()).snapshot).toMatchObject({ number: 1, files: 1, directories: 2 });
    }
  });
});

async function unfinished(): Promise<{
  readonly world: World;
  readonly snapshot: SnapshotNumber;
  readonly segments: number;
}> {
  const world = await newWorld();
  await makeFolder(world);
  await cutOff(world);
  const begun = world.catalog.unfinished();
  expect(begun?.segments).toBeGreaterThan(0);
  return { world, snapshot: begun!.number, segments: begun!.segments };
}

function listener(): { readonly logger: Logger; readonly warnings: string[] } {
  const warnings: string[] = [];
  return { warnings, logger: { ...silentLogger, warn: (_fields, message) => warnings.push(message) } };
}

describe("an unfinished snapshot", () => {
  it.each(["damaged", "missing"] as const)("is completed when a segment that is not applied is %s", async (how) => {
    const { world, snapshot, segments } = await unfinished();
    await using _world = world;
    const { names } = world.store;
    if (how === "damaged") await world.objects.put(names.segment(snapshot, segments), new Uint8Array(200));
    const behind = await world.store.getSegment(snapshot, 0);
    await world.store.putSegment(snapshot, segments + 1, behind);
    await writeFile(join(world.sourceFolder, "more"), "more");
    const { logger, warnings } = listener();
    await world.backup({ logger });
    expect(warnings).toEqual([expect.stringContaining("backed up again")]);
    expect(compareTrees(await world.read(world.catalog.view(snapshot)), await readTree(world.sourceFolder))).toEqual(
      [],
    );
    const stored: number[] = [];
    for await (const { number } of world.store.segments(snapshot)) stored.push(number);
    expect(stored).toEqual([0, 1]);
    const manifest = await world.store.getManifest(snapshot);
    expect(manifest.segments.map(({ name }) => name)).toEqual([0, 1].map((number) => names.segment(snapshot, number)));
    await world.loseState();
    await world.backup();
    expect(world.catalog.snapshots()).toHaveLength(2);
  });

  it.each(["damaged", "missing"] as const)("whose applied segment is %s is built anew by the next run", async (how) => {
    const { world, snapshot } = await unfinished();
    await using _world = world;
    const name = world.store.names.segment(snapshot, 0);
    if (how === "damaged") await world.objects.put(name, new Uint8Array(200));
    else await world.objects.delete(name);
    await expect(world.backup()).rejects.toThrow(/run the backup again: it builds the catalog in .* anew/);
    expect(() => openCatalog(`${world.stateFolder}/catalog`)).toThrow(OutdatedCatalogError);
    await world.whileClosed(() => rm(world.stateFolder, { recursive: true }));
    await world.backup();
    expect(compareTrees(await world.read(world.catalog.view(snapshot)), await readTree(world.sourceFolder))).toEqual(
      [],
    );
  });

  it("reads each segment of an interrupted run once, and the manifest names them all", async () => {
    const { world, snapshot, segments } = await unfinished();
    await using _world = world;
    const read: string[] = [];
    const onGet = (name: string): void => void (name.includes("segments/") && read.push(name));
    await world.reopen({
      store: (store) => ({
        uri: store.uri,
        put: (...args) => store.put(...args),
        putIfAbsent: (...args) => store.putIfAbsent(...args),
        delete: (...args) => store.delete(...args),
        get: (...args) => (onGet(args[0]), store.get(...args)),
        getRange: (...args) => store.getRange(...args),
        stat: (...args) => store.stat(...args),
        list: (...args) => store.list(...args),
        [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
      }),
    });
    await world.backup();
    expect(read).toHaveLength(segments);
    const manifest = await world.store.getManifest(snapshot);
    expect(manifest.segments.length).toBeGreaterThanOrEqual(segments);
    expect(await readdir(world.sourceFolder)).toEqual(["x", "zzz"]);
  });
});
