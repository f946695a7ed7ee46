// A checkpoint that cannot be used is told and passed over: for an older one, or else for the segments.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOG_FORMAT } from "../../../catalog/tables.js";
import { SharestrataError, StoreError } from "../../../core/errors.js";
import type { SnapshotNumber } from "../../../core/ids.js";
import type { Checkpoint } from "../../../store/checkpoints/checkpoint.js";
import { encodeCheckpoint } from "../../../store/checkpoints/checkpoint-codec.js";
import { FaultyStore } from "../../store/support/faulty-store.js";
import { World } from "../backup/support/world.js";
import { ALWAYS, buildElsewhere, everythingIn, listener } from "./support/catalogs.js";

const NEWEST = 3 as SnapshotNumber;

/** Snapshots 1 to 4, of which 2 and 3 have checkpoints. */
async function newWorld(): Promise<World> {
  const world = await World.create();
  for (const file of ["a", "b", "c", "d"]) {
    await writeFile(join(world.sourceFolder, file), file.repeat(100));
    await world.backup(file === "d" ? {} : { checkpoints: ALWAYS });
  }
  return world;
}

async function change(world: World, name: string, edit: (object: Buffer) => Uint8Array): Promise<void> {
  await world.objects.put(name, edit(Buffer.from((await world.objects.get(name)) ?? [])));
}

const flipped = (object: Buffer): Buffer => {
  object[object.length >> 1] = (object[object.length >> 1] ?? 0) ^ 1;
  return object;
};

/** The newest record, as another writer could have stored it. */
async function reseal(world: World, edit: (checkpoint: Checkpoint) => Partial<Checkpoint>): Promise<void> {
  const checkpoint = await world.store.checkpoints.get(NEWEST);
  const name = world.store.names.checkpoint(NEWEST);
  await world.objects.put(name, encodeCheckpoint(name, { ...checkpoint, ...edit(checkpoint) }, world.store.sealing));
}

const spoilers: readonly (readonly [string, (world: World) => Promise<void>, RegExp])[] = [
  ["whose record is damaged", (world) => change(world, world.store.names.checkpoint(NEWEST), flipped), /checksum/],
  [
    "whose record is empty",
    (world) => change(world, world.store.names.checkpoint(NEWEST), () => Buffer.alloc(0)),
    /is empty/,
  ],
  ["with a damaged part", (world) => change(world, world.store.names.checkpointPart(NEWEST, 0), flipped), /checksum/],
  ["without a part", (world) => world.objects.delete(world.store.names.checkpointPart(NEWEST, 2)), /is missing/],
  [
    "with a part cut short",
    (world) => change(world, world.store.names.checkpointPart(NEWEST, 1), (object) => object.subarray(0, 100)),
    /cut short/,
  ],
  [
    "with a part of the one before",
    async (world) => {
      const other = await world.objects.get(world.store.names.checkpointPart(2 as SnapshotNumber, 0));
      await change(world, world.store.names.checkpointPart(NEWEST, 0), () => other ?? Buffer.alloc(0));
    },
    // The size tells it, where that is another.
    /another object|is cut short|is longer/,
  ],
  [
    "of another catalog format",
    (world) => reseal(world, () => ({ catalogFormat: CATALOG_FORMAT - 1 })),
    /another catalog format/,
  ],
  [
    "of a later catalog format",
    (world) => reseal(world, () => ({ catalogFormat: CATALOG_FORMAT + 1 })),
    /another catalog format/,
  ],
  [
    "of another manifest",
    (world) => reseal(world, () => ({ manifestSha256: new Uint8Array(32) })),
    /has another manifest/,
  ],
  ["that is not the catalog it says", (world) => reseal(world, () => ({ versions: 1 })), /does not hold the catalog/],
  [
    "whose tree is no database",
    (world) => reseal(world, ({ files }) => ({ files: files.map((file) => ({ ...file, ...notATree(file) })) })),
    /data\.mdb is damaged/,
  ],
];

/** The same part, said to be plain bytes of another length. */
function notATree(file: Checkpoint["files"][number]): Partial<typeof file> {
  const [part] = file.parts;
  if (part === undefined) throw new Error("there is no part");
  const plainBytes = part.object.sizeBytes - 64;
  return { sizeBytes: plainBytes, parts: [{ ...part, codec: "stored", plainBytes }] };
}

describe("a checkpoint", () => {
  it.each(spoilers)("%s is passed over for the one before", async (_what, spoil, expected) => {
    await using world = await newWorld();
    await spoil(world);
    const { lines, logger } = listener();
    await using fetched = await buildElsewhere(world, { logger });
    expect(fetched.built).toMatchObject({ checkpoint: 2, folded: { snapshots: 2 } });
    expect(lines).toEqual([expect.stringMatching(expected)]);
    await using folded = await buildElsewhere(world, { fromSegments: true });
    expect(await everythingIn(world, fetched.catalog, fetched.dedup)).toEqual(
      await everythingIn(world, folded.catalog, folded.dedup),
    );
  });

  it("that is the only one left is passed over for the segments", async () => {
    await using world = await newWorld();
    for (const snapshot of [2, 3] as SnapshotNumber[]) {
      await change(world, world.store.names.checkpointPart(snapshot, 0), flipped);
    }
    const { lines, logger } = listener();
    await using fetched = await buildElsewhere(world, { logger });
    expect(fetched.built).toMatchObject({ checkpoint: undefined, folded: { snapshots: 4 } });
    expect(lines.filter((line) => line.startsWith("warn"))).toHaveLength(2);
  });

  it("of another share that was stored under this one's names is passed over", async () => {
    await using world = await newWorld();
    await using other = await World.create({ startMs: 0 });
    await writeFile(join(other.sourceFolder, "x"), "x");
    for (let round = 0; round < 3; round++) {
      await writeFile(join(other.sourceFolder, "x"), "x".repeat(round + 1));
      await other.backup({ checkpoints: ALWAYS });
    }
    for await (const { name } of other.objects.list(other.store.names.checkpointPrefix(NEWEST))) {
      await world.objects.put(name, (await other.objects.get(name)) ?? Buffer.alloc(0));
    }
    const { lines, logger } = listener();
    await using fetched = await buildElsewhere(world, { logger });
    expect(fetched.built.checkpoint).toBe(2);
    expect(lines).toEqual([expect.stringContaining("has another manifest")]);
    // Not even with a record that says otherwise.
    const { ref } = await world.store.readManifest(NEWEST);
    await reseal(world, () => ({ manifestSha256: ref.sha256 }));
    await using again = await buildElsewhere(world, { logger });
    expect(again.built.checkpoint).toBe(2);
    expect(lines.at(-1)).toMatch(/is not the one that the catalog of/);
  });

  it("spares a rebuild the segments that it holds, damaged ones included", async () => {
    await using world = await newWorld();
    await change(world, world.store.names.segment(1 as SnapshotNumber, 0), flipped);
    await using fetched = await buildElsewhere(world);
    expect(fetched.catalog.snapshots()).toHaveLength(4);
    await expect(buildElsewhere(world, { fromSegments: true })).rejects.toMatchObject({ code: "DAMAGED" });
  });

  it("that the store does not hand out ends the building: trying again can help, and folding would hide it", async () => {
    await using world = await newWorld();
    const error = new StoreError("UNREACHABLE", "the store is away", { retryable: true });
    await world.reopen({
      store: (store) => new FaultyStore(store, [{ operation: "get", object: "parts/", error, when: "before" }]),
    });
    await expect(buildElsewhere(world)).rejects.toBe(error);
  });

  it("is given up at once when the building is aborted", async () => {
    await using world = await newWorld();
    const stop = new AbortController();
    const reason = new SharestrataError("INTERRUPTED", "stopped");
    const onProgress = (): void => stop.abort(reason);
    await expect(buildElsewhere(world, { signal: stop.signal, onProgress })).rejects.toBe(reason);
  });
});
