// A snapshot against its source: what is equal, what has changed since, and what differs though nobody says so.
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SourceError } from "../../../core/errors.js";
import type { CatalogReader } from "../../../catalog/catalog.js";
import { silentLogger } from "../../../core/logger.js";
import type { PassedOver } from "../../../core/snapshot.js";
import { Losses } from "../../../daemon/backup/losses.js";
import { LocalSource } from "../../../daemon/sources/local/local-source.js";
import type { Source, SourceSession } from "../../../daemon/sources/source.js";
import { compareWithSource, type CompareOptions, type Difference } from "../../../daemon/verify/against-source.js";
import { CIRCLE } from "../../../daemon/verify/sample.js";
import { BlobCache } from "../../../fs/content/blob-cache.js";
import { ContentReader } from "../../../fs/content/content-reader.js";
import { BlobReader } from "../../../store/blob-reader.js";
import { RangedSource } from "../backup/support/ranged-source.js";
import { share, type World } from "../backup/support/world.js";
import { hookedSource, unreadable, type SessionHooks } from "../backup/support/sources.js";
import { Random } from "../../support/tree.js";
import { filledWorld } from "./support.js";

/** Of the newest snapshot of the filled world, without its link. */
const FILES = 9;

let world: World;
/** By path: at this offset the source gives another byte than the file has. */
let flips: Map<string, number>;
let hooks: SessionHooks;

beforeEach(async () => {
  world = await filledWorld();
  flips = new Map();
  hooks = {};
});
afterEach(() => world[Symbol.asyncDispose]());

/** The folder, but for the bytes that are flipped: its listing says nothing of them. */
function source(): Source {
  const local = new LocalSource(world.sourceFolder, { logger: silentLogger });
  const flipping: Source = {
    uri: local.uri,
    check: () => local.check(),
    async open(options) {
      const session = await local.open(options);
      const read: SourceSession["read"] = async function* (path, entry, own) {
        const at = flips.get(path.join("/")) ?? -1;
        let offset = 0;
        for await (const piece of session.read(path, entry, own)) {
          if (offset <= at && at < offset + piece.length) piece[at - offset] = (piece[at - offset] ?? 0) ^ 1;
          offset += piece.length;
          yield piece;
        }
      };
      return {
        consistent: session.consistent,
        root: (own) => session.root(own),
        list: (path, own) => session.list(path, own),
        describe: (path, entry, own) => session.describe(path, entry, own),
        read,
        readRange: (path, entry, range, own) => session.readRange(path, entry, range, own),
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      };
    },
  };
  return hookedSource(flipping, hooks);
}

async function compared(options: Partial<CompareOptions> = {}) {
  const { catalog, store } = world;
  await using session = await source().open();
  const differences: Difference[] = [];
  const passedOver: PassedOver[] = [];
  const snapshot = catalog.snapshots().at(-1);
  if (!snapshot) throw new Error("there is no snapshot");
  const blobs = new BlobReader({ store });
  const result = await compareWithSource({
    session,
    catalog,
    content: new ContentReader({ share, catalog, blobs, cache: new BlobCache() }),
    snapshot,
    onDifference: async (difference) => void differences.push(difference),
    onPassedOver: async (one) => void passedOver.push(one),
    ...options,
  });
  const told = differences.map(({ path, what, offset }) => `${path.join("/")} ${what} ${offset}`).toSorted();
  return { result, told, differences, passedOver };
}

describe("a snapshot against its source", () => {
  it("is found equal, every byte of every file read on both sides", async () => {
    const { result, told } = await compared();
    expect(told).toEqual([]);
    expect(result).toMatchObject({ files: FILES, changed: 0, differing: 0, passedOver: 0 });
    expect(result.bytes).toBe(world.catalog.totals().bytes);
  });

  it("is told from it by path and the first byte that differs, and the next backup stores what the source has", async () => {
    flips.set("a/small2", 0);
    flips.set("b/small7", 3006);
    flips.set("a/large1", 700_001);
    const { result, told } = await compared();
    expect(told).toEqual(["a/large1 content 700001", "a/small2 content 0", "b/small7 content 3006"]);
    expect(result).toMatchObject({ files: FILES, changed: 0, differing: 3 });
    expect(result.lost.size).toBe(3);
    const { snapshot } = await world.backup({ source: source(), lost: new Losses({ contents: result.lost }) });
    expect(snapshot.counters).toMatchObject({ modified: 3, unchanged: expect.any(Number) });
    expect((await compared()).told).toEqual([]);
    flips.clear();
    expect((await compared()).told).toHaveLength(3);
  });

  it("counts what has changed, moved or gone since, and does not look at what is new", async () => {
    await writeFile(join(world.sourceFolder, "a/small1"), "changed");
    await chmod(join(world.sourceFolder, "a/small2"), 0o600);
    await rm(join(world.sourceFolder, "a/large1"));
    await rename(join(world.sourceFolder, "b"), join(world.sourceFolder, "c"));
    await mkdir(join(world.sourceFolder, "d"));
    await writeFile(join(world.sourceFolder, "d/new"), "new");
    const { result, told } = await compared();
    expect(told).toEqual([]);
    // Five in b.
    expect(result).toMatchObject({ files: FILES - 3 - 5, changed: 3 + 5, differing: 0, passedOver: 0 });
  });

  it("is compared in what it has in common with the newest, when it is an older one", async () => {
    await writeFile(join(world.sourceFolder, "a/small1"), "changed");
    await world.backup();
    flips.set("a/small2", 5);
    const [first] = world.catalog.snapshots();
    if (!first) throw new Error("there is no snapshot");
    const { result, told } = await compared({ snapshot: first });
    expect(told).toEqual(["a/small2 content 5"]);
    // small1 has changed, and small4 is gone.
    expect(result).toMatchObject({ files: 3, changed: 2 });
  });

  it("is compared in samples that make up the whole", async () => {
    const numbers: number[] = [];
    for (let start = 0; start < CIRCLE; start += CIRCLE / 4) {
      numbers.push((await compared({ sample: { start, width: CIRCLE / 4 } })).result.files);
    }
    expect(numbers.reduce((sum, files) => sum + files)).toBe(FILES);
    expect(Math.max(...numbers)).toBeLessThan(FILES);
  });

  it("shows what a source has not reported of a changed range, and the next backup has it right", async () => {
    const ranged = new RangedSource(world.sourceFolder);
    await writeFile(join(world.sourceFolder, "disk"), new Random(1).bytes(4_000_000));
    await world.backup({ source: ranged });
    await ranged.write("disk", 1_000_000, new Random(2).bytes(1000));
    await ranged.write("disk", 3_000_000, new Random(3).bytes(1000));
    ranged.answer = (known) => known.slice(1);
    await world.backup({ source: ranged });
    const { told, result } = await compared();
    expect(told).toEqual(["disk content 1000000"]);
    ranged.answer = undefined;
    await world.backup({ source: ranged, lost: new Losses({ contents: result.lost }) });
    expect((await compared()).told).toEqual([]);
  });

  it("names what cannot be read out of the store", async () => {
    const large = world.catalog.live.lookup(
      world.catalog.live.lookup(1 as never, "a")?.nodeId ?? (0 as never),
      "large1",
    );
    const list = large && world.catalog.locate(large.contentId);
    const part = list?.kind === "list" ? list.parts[1]?.contentId : undefined;
    if (part === undefined) throw new Error("large1 has no parts");
    await world.objects.delete(world.store.names.blob(part));
    const { told, result } = await compared();
    expect(told).toEqual(["a/large1 stored undefined"]);
    expect([...result.lost]).toEqual([large?.contentId]);
  });

  it("names a fingerprint that is not that of the bytes", async () => {
    const catalog = Object.create(world.catalog, {
      view: {
        value: (number: never) => {
          const view = world.catalog.view(number);
          const lookup: typeof view.lookup = (parent, name) => {
            const entry = view.lookup(parent, name);
            return entry && name === "small1" ? { ...entry, xorhash: entry.xorhash ^ 1n } : entry;
          };
          return { root: view.root, lookup, list: view.list.bind(view) };
        },
      },
    }) as CatalogReader;
    expect((await compared({ catalog })).told).toEqual(["a/small1 fingerprint undefined"]);
  });
});

describe("a file that cannot be compared", () => {
  it("is passed over when the source cannot give it, and so is a folder", async () => {
    hooks = {
      onRead: (path) => {
        if (path === "a/small1") throw unreadable(path);
      },
      onList: (path) => {
        if (path === "b") throw unreadable(path);
      },
    };
    const { result, told, passedOver } = await compared();
    expect(told).toEqual([]);
    expect(passedOver.map(({ path, code }) => `${path.join("/")} ${code}`).toSorted()).toEqual([
      "a/small1 FILE_UNREADABLE",
      "b FILE_UNREADABLE",
    ]);
    expect(result).toMatchObject({ files: 3, changed: 0, passedOver: 2 });
  });

  it("counts as changed when it changes while it is read, whatever of it has been seen to differ", async () => {
    flips.set("a/large1", 10);
    let turned = false;
    const session: SourceSession = await source().open();
    const changing: SourceSession = Object.create(session, {
      read: {
        value: async function* (...args: Parameters<SourceSession["read"]>) {
          yield* session.read(...args);
          turned ||= args[0].join("/") === "a/large1";
          if (args[0].join("/") === "a/large1") throw new SourceError("FILE_CHANGED", "/a/large1 changed.");
        },
      },
    }) as SourceSession;
    const { result, told } = await compared({ session: changing });
    await session[Symbol.asyncDispose]();
    expect(turned).toBe(true);
    expect(told).toEqual([]);
    expect(result).toMatchObject({ changed: 1, differing: 0, files: FILES - 1 });
  });

  it("ends the comparison when the source as a whole fails", async () => {
    hooks = {
      onList: () => {
        throw new SourceError("UNREACHABLE", "The source does not answer.");
      },
    };
    await expect(compared()).rejects.toMatchObject({ code: "UNREACHABLE" });
  });
});
