import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import { CATALOG_FORMAT, openTables } from "../../../catalog/tables.js";
import { silentLogger, type Logger } from "../../../core/logger.js";
import type { Config, ShareSettings } from "../../../daemon/config/config.js";
import { openShareReader, openShareWriter } from "../../../daemon/shares/open-share.js";
import { stateFolders } from "../../../daemon/shares/state-folders.js";
import { share as name, World } from "../backup/support/world.js";

/** A share whose snapshots were made by the world, which is another machine; this one has a state folder of its own. */
class Here {
  readonly stateDir: string;
  readonly share: ShareSettings;
  readonly config: Config;
  readonly folder: string;
  readonly lines: string[] = [];
  readonly logger: Logger;

  constructor(readonly world: World) {
    this.stateDir = world.directory.join("here");
    const source = { url: `file://${world.sourceFolder}` } as ShareSettings["source"];
    this.share = { name, source, store: `file://${world.storeFolder}`, retention: {}, encryption: undefined, line: 1 };
    this.config = { file: "/config", stateDir: this.stateDir, shares: [this.share] };
    this.folder = stateFolders(this.config, name).catalog;
    const say = (level: string) => (_fields: unknown, message: string) => void this.lines.push(`${level} ${message}`);
    this.logger = { ...silentLogger, info: say("info"), warn: say("warn") };
  }

  async snapshots(): Promise<readonly number[]> {
    await using opened = await openShareReader(this.config, this.share, { logger: this.logger });
    return opened.catalog.snapshots().map(({ number }) => number);
  }

  async beside(): Promise<readonly string[]> {
    return (await readdir(join(this.folder, ".."))).toSorted();
  }
}

async function backUp(world: World, file: string): Promise<void> {
  await writeFile(join(world.sourceFolder, file), file);
  await world.backup();
}

it("a catalog that could not be built as a whole is no catalog", async () => {
  await using world = await World.create();
  for (const file of ["a", "b"]) await backUp(world, file);
  const here = new Here(world);
  const segment = world.store.names.segment(2 as never, 0);
  const bytes = (await world.objects.get(segment)) ?? new Uint8Array();
  await world.objects.put(segment, bytes.subarray(0, 50));
  await expect(here.snapshots()).rejects.toMatchObject({ code: "DAMAGED" });
  expect(existsSync(here.folder)).toBe(false);
  expect(await here.beside()).toEqual([]);
  await world.objects.put(segment, bytes);
  expect(await here.snapshots()).toEqual([1, 2]);
  expect(await here.beside()).toEqual(["catalog"]);
  expect(await readdir(here.folder)).toContain("dedup");
});

it("a reader sees what another machine has backed up meanwhile, and asks the store once when there is nothing", async () => {
  await using world = await World.create();
  await backUp(world, "a");
  const here = new Here(world);
  expect(await here.snapshots()).toEqual([1]);
  await backUp(world, "b");
  expect(await here.snapshots()).toEqual([1, 2]);
  expect(here.lines.filter((line) => line.startsWith("warn"))).toEqual([]);
});

it("a reader beside a writer goes on with what is there, and warns", async () => {
  await using world = await World.create();
  await backUp(world, "a");
  const here = new Here(world);
  await here.snapshots();
  await backUp(world, "b");
  {
    await using writer = await openShareWriter(here.config, here.share);
    await using _claim = await writer.catalog.claim();
    expect(await here.snapshots()).toEqual([1]);
    expect(here.lines.at(-1)).toContain("warn the store has newer snapshots");
  }
  expect(await here.snapshots()).toEqual([1, 2]);
});

it("a reader refuses a store that its catalog was not made from", async () => {
  await using world = await World.create();
  await backUp(world, "a");
  const here = new Here(world);
  await here.snapshots();
  await using other = await World.create({ startMs: 0 });
  await backUp(other, "a");
  await rm(world.storeFolder, { recursive: true });
  await cp(other.storeFolder, world.storeFolder, { recursive: true });
  await expect(here.snapshots()).rejects.toMatchObject({ name: "WrongStoreError" });
});

it.each(["reader", "writer"] as const)("a %s builds a catalog of an older format anew, and says so", async (who) => {
  await using world = await World.create();
  await backUp(world, "a");
  const here = new Here(world);
  await mkdir(here.folder, { recursive: true });
  await mkdir(join(here.folder, "../dedup"));
  const tables = openTables(here.folder);
  await tables.meta.put("format", CATALOG_FORMAT - 1);
  await tables.environment.close();
  if (who === "reader") expect(await here.snapshots()).toEqual([1]);
  else {
    await using writer = await openShareWriter(here.config, here.share, { logger: here.logger });
    expect(writer.catalog.snapshots()).toHaveLength(1);
  }
  expect(here.lines).toEqual(["info building the catalog from the store"]);
  expect(await here.beside()).toEqual(who === "reader" ? ["catalog"] : ["catalog", "records"]);
});

it("removes what an interrupted building left long ago, and nothing that may still be going on", async () => {
  await using world = await World.create();
  await backUp(world, "a");
  const here = new Here(world);
  for (const [building, treeAge, identitiesAge] of [
    ["catalog.building-1-old", 2 * 3600, 2 * 3600],
    ["catalog.building-2-new", 60, 60],
    // A checkpoint is fetched file after file: the tree's has been there for long.
    ["catalog.building-3-fetched", 2 * 3600, 60],
  ] as const) {
    const folder = join(here.folder, "..", building);
    await openCatalog(folder)[Symbol.asyncDispose]();
    for (const [file, age] of [
      ["data.mdb", treeAge],
      ["identities/data.mdb", identitiesAge],
    ] as const) {
      const time = Date.now() / 1000 - age;
      await utimes(join(folder, file), time, time);
    }
  }
  expect(await here.snapshots()).toEqual([1]);
  expect(await here.beside()).toEqual(["catalog", "catalog.building-2-new", "catalog.building-3-fetched"]);
});
