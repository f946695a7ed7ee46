/** Of a large file only what the source reports as changed is read, and what comes of it is as if all had been. */
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SourceError } from "../../../core/errors.js";
import { ROOT_NODE, type ContentId } from "../../../core/ids.js";
import { Losses } from "../../../daemon/backup/losses.js";
import { FastCdc } from "../../../store/content/fastcdc.js";
import { xorhash } from "../../../store/content/xorhash.js";
import { Random } from "../../support/tree.js";
import { RangedSource } from "./support/ranged-source.js";
import { World, type WorldOptions } from "./support/world.js";

const MIB = 1024 * 1024;
const noise = (length: number, seed = 1): Uint8Array => new Random(seed).bytes(length);
const SIZE = 8 * MIB;
/** In this world's chunks: one on either side of a change, of the largest size, and one more until the cuts meet. */
const AROUND = 3 * 512 * 1024;

/** A world with one file of noise that is backed up, and its bytes. */
async function worldWithFile(sizeBytes = SIZE, options: WorldOptions = {}) {
  const world = await World.create(options);
  const source = new RangedSource(world.sourceFolder);
  const bytes = Buffer.from(noise(sizeBytes));
  await writeFile(join(world.sourceFolder, "disk"), bytes);
  await world.backup({ source });
  const start = { bytesRead: source.bytesRead };
  source.bytesRead = 0;
  source.rangesRead = [];
  expect(start.bytesRead).toBe(sizeBytes);
  return {
    world,
    source,
    bytes,
    async write(at: number, replacement: Uint8Array, name = "disk") {
      await source.write(name, at, replacement);
      bytes.set(replacement, at);
    },
    /** Fails unless the newest snapshot has exactly these bytes, in the chunks and with the xorhash that they have as a whole. */
    async expectStored(expected: Uint8Array, name = "disk") {
      const { catalog, store } = world;
      const entry = catalog.live.lookup(ROOT_NODE, name);
      if (!entry) throw new Error(`there is no ${name}`);
      const file = (await world.read(catalog.live)).get(name);
      expect(file?.kind === "file" && Buffer.compare(file.bytes, expected) === 0).toBe(true);
      expect([entry.sizeBytes, entry.xorhash]).toEqual([expected.length, xorhash(expected)]);
      const chunker = new FastCdc(store.settings);
      const chunks = [...chunker.push(expected), chunker.finish()].flatMap((chunk) => (chunk ? [chunk.length] : []));
      const location = catalog.locate(entry.contentId);
      expect(location?.kind === "list" && location.parts.map((part) => part.sizeBytes)).toEqual(chunks);
      return entry;
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

describe("a large file with a change", () => {
  it("is read around the change alone, and stored as if all had been read", async () => {
    await using own = await worldWithFile(32 * MIB);
    const { world, source, bytes } = own;
    await own.write(16 * MIB, noise(MIB / 2, 1));
    const { snapshot } = await world.backup({ source });
    expect(source.bytesRead).toBeLessThan(MIB / 2 + AROUND);
    expect([snapshot.counters.bytesRead, snapshot.counters.modified]).toEqual([source.bytesRead, 1]);
    expect(snapshot.counters.bytesStored).toBeLessThan(MIB / 2 + AROUND);
    await own.expectStored(bytes);
  });

  it("is read around the change alone when the share is encrypted, too", async () => {
    await using own = await worldWithFile(SIZE, { isEncrypted: true });
    await own.write(4 * MIB, noise(10, 1));
    await own.world.backup({ source: own.source });
    expect(own.source.bytesRead).toBeLessThan(AROUND);
    await own.expectStored(own.bytes);
  });

  it("is read where it changed time after time, also after this machine's state was lost", async () => {
    await using own = await worldWithFile();
    for (const [round, at] of [5000, 4 * MIB, SIZE - 10, 4 * MIB + 7].entries()) {
      await own.write(at, noise(10, round + 2));
      if (round === 2) await own.world.loseState();
      own.source.bytesRead = 0;
      await own.world.backup({ source: own.source });
      expect(own.source.bytesRead).toBeLessThan(AROUND + 2 * 65_536);
      await own.expectStored(own.bytes);
    }
    expect(own.source.states.map((state) => state !== undefined)).toEqual([false, false, false, false, true]);
  });

  it("is read at its end when it grows, and where it was cut off when it shrinks", async () => {
    await using own = await worldWithFile();
    const longer = Buffer.concat([own.bytes, noise(3 * 65_536 + 5, 9)]);
    await own.source.write("disk", SIZE, longer.subarray(SIZE));
    await own.world.backup({ source: own.source });
    expect(own.source.bytesRead).toBeLessThan(AROUND);
    await own.expectStored(longer);
    await own.source.resize("disk", SIZE - MIB - 3);
    own.source.bytesRead = 0;
    await own.world.backup({ source: own.source });
    expect(own.source.bytesRead).toBeLessThan(AROUND);
    await own.expectStored(own.bytes.subarray(0, SIZE - MIB - 3));
  });

  it("is compared with what it was under its old name", async (ctx) => {
    await using own = await worldWithFile();
    if (own.world.catalog.live.lookup(ROOT_NODE, "disk") === undefined) throw new Error("not backed up");
    await rename(join(own.world.sourceFolder, "disk"), join(own.world.sourceFolder, "moved"));
    await own.write(MIB, noise(10, 2), "moved");
    const { snapshot } = await own.world.backup({ source: own.source });
    if (snapshot.counters.renamed === 0) ctx.skip("this file system keeps no times of birth");
    expect(own.source.bytesRead).toBeLessThan(AROUND);
    await own.expectStored(own.bytes, "moved");
  });

  it("is not read at all when its bytes are as they were", async () => {
    await using own = await worldWithFile();
    const before = await own.expectStored(own.bytes);
    await chmod(join(own.world.sourceFolder, "disk"), 0o600);
    const { snapshot } = await own.world.backup({ source: own.source });
    expect([own.source.bytesRead, snapshot.counters.modified]).toEqual([0, 1]);
    expect((await own.expectStored(own.bytes)).contentId).toBe(before.contentId);
  });
});

describe("a large file is read as a whole", () => {
  it("when the source cannot say what has changed", async () => {
    await using own = await worldWithFile();
    own.source.answer = () => undefined;
    await own.write(MIB, noise(10, 2));
    await own.world.backup({ source: own.source });
    expect([own.source.bytesRead, own.source.rangesRead]).toEqual([SIZE, []]);
    await own.expectStored(own.bytes);
  });

  it("when it has changed all over", async () => {
    await using own = await worldWithFile();
    own.source.answer = () => [{ start: 0, end: 5 * MIB }];
    await own.write(MIB, noise(10, 2));
    await own.world.backup({ source: own.source });
    expect([own.source.bytesRead, own.source.rangesRead]).toEqual([SIZE, []]);
    await own.expectStored(own.bytes);
  });

  it("after a backup that had passed it over: it is not what the last state had", async () => {
    await using own = await worldWithFile();
    await own.write(MIB, noise(10, 2));
    own.source.onPiece = () => {
      throw new SourceError("FILE_CHANGED", "/disk changed while it was being read.");
    };
    expect((await own.world.backup({ source: own.source })).snapshot.counters.errors).toBe(1);
    own.source.onPiece = undefined;
    await own.write(5 * MIB, noise(10, 3));
    own.source.bytesRead = 0;
    await own.world.backup({ source: own.source });
    expect(own.source.bytesRead).toBe(SIZE);
    await own.expectStored(own.bytes);
  });

  it("when a chunk that has changed is damaged in the store, or it has one that is lost", async () => {
    await using own = await worldWithFile();
    const { catalog, store, objects } = own.world;
    const entry = catalog.live.lookup(ROOT_NODE, "disk");
    const list = catalog.locate(entry?.contentId ?? (0 as ContentId));
    const first = list?.kind === "list" ? list.parts[0]?.contentId : undefined;
    if (first === undefined) throw new Error("no list");
    await objects.put(store.names.blob(first), noise(100));
    await own.write(10, noise(10, 2));
    await own.world.backup({ source: own.source });
    expect(own.source.bytesRead).toBe(SIZE);
    await own.expectStored(own.bytes);
    own.source.bytesRead = 0;
    const changed = catalog.live.lookup(ROOT_NODE, "disk");
    const after = catalog.locate(changed?.contentId ?? (0 as ContentId));
    const lost = after?.kind === "list" ? (after.parts.at(-1)?.contentId ?? first) : first;
    await own.write(10, noise(10, 3));
    await own.world.backup({ source: own.source, lost: new Losses({ contents: [lost] }) });
    expect(own.source.bytesRead).toBe(SIZE);
    await own.expectStored(own.bytes);
  });

  it("when another file has taken its place", async () => {
    await using own = await worldWithFile();
    const other = Buffer.from(noise(SIZE, 5));
    await rm(join(own.world.sourceFolder, "disk"));
    await writeFile(join(own.world.sourceFolder, "other"), "keeps the inode from being used again");
    await writeFile(join(own.world.sourceFolder, "disk"), other);
    await own.world.backup({ source: own.source });
    expect(own.source.rangesRead).toEqual([]);
    await own.expectStored(other);
  });
});

it("a small file is not asked about", async () => {
  await using own = await worldWithFile();
  await writeFile(join(own.world.sourceFolder, "small"), noise(1000));
  await own.world.backup({ source: own.source });
  await writeFile(join(own.world.sourceFolder, "small"), noise(1001));
  await own.world.backup({ source: own.source });
  expect(own.source.questions).toBe(0);
});

describe("the state that a snapshot was read from", () => {
  it("is given up for the next, and stays when that one fails", async () => {
    await using own = await worldWithFile();
    const { world, source } = own;
    expect((await world.store.getManifest(1 as never)).sourceState).toBe("0");
    await own.write(MIB, noise(10, 2));
    const stop = new AbortController();
    source.answer = (known) => {
      stop.abort(new Error("enough"));
      return known;
    };
    await expect(world.backup({ source, signal: stop.signal })).rejects.toThrow("enough");
    source.answer = undefined;
    expect(source.states.map((state) => state !== undefined)).toEqual([true, false]);
    await own.write(6 * MIB, noise(10, 3));
    source.bytesRead = 0;
    await world.backup({ source });
    expect(source.bytesRead).toBeLessThan(2 * AROUND);
    await own.expectStored(own.bytes);
    expect(source.states.map((state) => state !== undefined)).toEqual([false, false, true]);
    expect((await world.store.getManifest(2 as never)).sourceState).toBe("2");
  });

  it("means nothing to another source", async () => {
    await using own = await worldWithFile();
    const asked: unknown[] = [];
    const other = {
      uri: "file:///elsewhere",
      check: () => own.source.check(),
      open: (options: Parameters<RangedSource["open"]>[0]) => {
        asked.push(options?.previousState);
        return own.source.open(options);
      },
    };
    await own.world.backup({ source: other });
    await own.world.backup({ source: other });
    expect(asked).toEqual([undefined, "1"]);
  });
});
