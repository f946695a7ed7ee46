import { cpSync, statSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCatalog, openCatalogReader } from "../../../catalog/lmdb-catalog.js";
import { SharestrataError } from "../../../core/errors.js";
import type { Config, ShareSettings } from "../../../daemon/config/config.js";
import { openShareReader, openShareWriter } from "../../../daemon/shares/open-share.js";
import { rebuildCatalog } from "../../../daemon/shares/rebuild-catalog.js";
import { stateFolders } from "../../../daemon/shares/state-folders.js";
import { share as name, World } from "../backup/support/world.js";
import { ALWAYS } from "../checkpoints/support/catalogs.js";

/** The world's share with three snapshots, the first of them in a checkpoint, as another machine has it. */
async function newHere() {
  const world = await World.create();
  for (const file of ["a", "b", "c"]) {
    await writeFile(join(world.sourceFolder, file), file);
    await world.backup(file === "a" ? { checkpoints: ALWAYS } : {});
  }
  const source = { url: `file://${world.sourceFolder}` } as ShareSettings["source"];
  const share: ShareSettings = {
    name,
    source,
    store: `file://${world.storeFolder}`,
    retention: {},
    encryption: undefined,
    line: 1,
  };
  const config: Config = { file: "/config", stateDir: world.directory.join("here"), shares: [share] };
  const folder = stateFolders(config, name).catalog;
  return {
    world,
    share,
    config,
    folder,
    beside: async () => (await readdir(join(folder, ".."))).toSorted(),
    build: () => openShareReader(config, share).then((reader) => reader[Symbol.asyncDispose]()),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** What a backup hears that begins now: nothing, or why not. */
async function attemptToClaim(folder: string): Promise<string> {
  await using catalog = openCatalog(folder, { create: false });
  try {
    await using _claim = await catalog.claim();
    return "claimed";
  } catch (error) {
    return (error as SharestrataError).code;
  }
}

describe("rebuilding a catalog", () => {
  it("tells how far it is: the checkpoint first, then the snapshots behind it", async () => {
    await using here = await newHere();
    const told: string[] = [];
    const rebuilt = await rebuildCatalog(here.config, here.share, {
      onSnapshots: (count) => told.push(`${count} snapshots`),
      onProgress: (now) => told.push(now.phase === "fetching" ? now.phase : `${now.snapshots} of ${now.segments}`),
    });
    expect(told).toEqual(["3 snapshots", ...Array<string>(3).fill("fetching"), "0 of 1", "1 of 1", "1 of 2", "2 of 2"]);
    expect(rebuilt).toMatchObject({ before: "missing", checkpoint: 1, snapshots: 3, folded: { snapshots: 2 } });
    expect(await here.beside()).toEqual(["catalog"]);
  });

  it.each(["fetching", "folding"] as const)("that is stopped while %s leaves what is there in use", async (phase) => {
    await using here = await newHere();
    await here.build();
    const stop = new AbortController();
    const reason = new SharestrataError("INTERRUPTED", "stopped");
    const onProgress = (now: { readonly phase: string }): void => {
      if (now.phase === phase) stop.abort(reason);
    };
    await using reader = openCatalog(here.folder, { create: false });
    const rebuilding = rebuildCatalog(here.config, here.share, { signal: stop.signal, onProgress });
    await expect(rebuilding).rejects.toBe(reason);
    expect(await here.beside()).toEqual(["catalog"]);
    expect(reader.snapshots()).toHaveLength(3);
    await using writer = await openShareWriter(here.config, here.share);
    await using _claim = await writer.catalog.claim();
  });

  it("keeps backups out meanwhile, and readers in", async () => {
    await using here = await newHere();
    await here.build();
    const attempts: Promise<string>[] = [];
    await using reader = openCatalog(here.folder, { create: false });
    await rebuildCatalog(here.config, here.share, {
      onProgress: () => {
        attempts.push(attemptToClaim(here.folder));
        expect(reader.snapshots()).toHaveLength(3);
      },
    });
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(["SHARE_BUSY"]));
    expect(reader.snapshots()).toHaveLength(3);
    await using writer = await openShareWriter(here.config, here.share);
    await using _claim = await writer.catalog.claim();
  });

  it("leaves one alone that another process has built in the meantime, where there was none", async () => {
    await using here = await newHere();
    const inode = (): number => statSync(join(here.folder, "data.mdb")).ino;
    let theirs: number | undefined;
    const rebuilt = await rebuildCatalog(here.config, here.share, {
      onProgress: () => {
        if (theirs !== undefined) return;
        cpSync(join(here.world.stateFolder, "catalog"), here.folder, { recursive: true });
        theirs = inode();
      },
    });
    expect(rebuilt.before).toBe("missing");
    expect(inode()).toBe(theirs);
    expect(await here.beside()).toEqual(["catalog"]);
  });

  it("of a share that has no snapshot gives an empty catalog", async () => {
    await using here = await newHere();
    for (const part of ["snapshots", "segments", "catalog"]) {
      await rm(join(here.world.storeFolder, "acme", "docs", part), { recursive: true });
    }
    expect(await rebuildCatalog(here.config, here.share)).toMatchObject({ checkpoint: undefined, snapshots: 0 });
    await using catalog = openCatalogReader(here.folder);
    expect(catalog.snapshots()).toEqual([]);
  });
});
