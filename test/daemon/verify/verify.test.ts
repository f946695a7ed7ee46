// What verifying finds in stores that real backups have written, and which files it says are hurt.
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Pace } from "../../../core/pace.js";
import type { BundleId, ContentId, SnapshotNumber } from "../../../core/ids.js";
import { Damage } from "../../../daemon/verify/damage.js";
import { Inventory } from "../../../daemon/verify/inventory.js";
import { PrunedObjects } from "../../../daemon/verify/pruned-objects.js";
import { Presence } from "../../../daemon/verify/presence.js";
import { CIRCLE, EVERYTHING, nextStart, type Sample } from "../../../daemon/verify/sample.js";
import type { World } from "../backup/support/world.js";
import { filledWorld, verified } from "./support.js";

const ONE = 1 as SnapshotNumber;
const TWO = 2 as SnapshotNumber;
const NOTHING = { findings: [], hurt: [] };

let world: World;
/** A store of a share of the same name, with other files. */
let foreign: World;

beforeAll(async () => {
  [world, foreign] = [await filledWorld(), await filledWorld(1)];
  for (const one of [world, foreign]) blobs.set(one, await blobsOf(one));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await foreign[Symbol.asyncDispose]();
});

/** The names of a world's lone blobs. */
const blobs = new Map<World, readonly string[]>();

async function blobsOf({ store }: World): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of store.objects.list(store.names.blobPrefix)) names.push(name);
  return names;
}

/** Puts something in an object's place for the length of a test. */
async function change(name: string, bytes: Uint8Array | undefined): Promise<void> {
  const { objects } = world.store;
  const before = await objects.get(name);
  onTestFinished(async () => {
    if (before) await objects.put(name, before);
    else await objects.delete(name);
  });
  if (bytes) await objects.put(name, bytes);
  else await objects.delete(name);
}

const objectOf = async (of: World, name: string): Promise<Uint8Array> => {
  const object = await of.store.objects.get(name);
  if (!object) throw new Error(`${name} is not there`);
  return object;
};

describe("a healthy store", () => {
  it("gives no finding, read or not, as a whole or one snapshot of it", async () => {
    for (const sample of [undefined, EVERYTHING]) {
      for (const snapshot of [undefined, ONE, TWO]) {
        expect(await verified(world, { sample, snapshot })).toMatchObject({
          ...NOTHING,
          result: { damagedObjects: 0, hurt: { versions: 0, snapshots: [] }, snapshots: snapshot ?? 2 },
        });
      }
    }
  });

  it("gives none without a catalog either, nor one that is empty", async () => {
    expect(await verified(world, { catalog: undefined, sample: EVERYTHING })).toMatchObject(NOTHING);
    expect((await verified(world)).result.unnamed).toEqual({ objects: 0, bytes: 0 });
  });

  it("is looked through with one listing, and one request for each record", async () => {
    world.objects.reset();
    const { result } = await verified(world);
    // Manifests, segments, the marker, and for each checkpoint its record and manifest.
    const get = 2 + result.segments + 1 + 2 * 2;
    expect(world.objects.counts).toMatchObject({ list: 3, get, stat: 0, getRange: 0 });
  });

  it("is read as a whole by samples one after another, each object once", async () => {
    const everything = (await verified(world, { sample: EVERYTHING })).result.read;
    let [objects, bytes] = [0, 0];
    let sample: Sample = { start: 123_456, width: CIRCLE / 8 };
    for (let run = 0; run < 8; run++, sample = { width: sample.width, start: nextStart(sample) }) {
      const { read } = (await verified(world, { sample })).result;
      [objects, bytes] = [objects + read.objects, bytes + read.bytes];
    }
    expect({ objects, bytes }).toEqual(everything);
  });

  it("may hold what no snapshot names: it is counted, and no damage", async () => {
    const { names } = world.store;
    await change(names.bundle(77 as BundleId), new Uint8Array(500));
    await change(names.blob(9999 as ContentId), new Uint8Array(300));
    await change(names.segment(3 as SnapshotNumber, 0), new Uint8Array(20));
    await change("acme/docs/stray", new Uint8Array(1));
    const { findings, result } = await verified(world, { sample: EVERYTHING });
    expect(findings).toEqual([]);
    expect(result.unnamed).toEqual({ objects: 4, bytes: 821 });
  });
});

interface Kind {
  readonly kind: string;
  readonly name: (of: World) => string;
  readonly other: ((of: World) => string) | undefined;
  /** What its loss hurts. */
  readonly hurt: readonly string[];
}

const small = (n: number, span: string): string => `${n > 4 ? "b" : "a"}/small${n} ${span} content`;

const KINDS: readonly Kind[] = [
  {
    kind: "bundle",
    name: ({ store }) => store.names.bundle(1 as BundleId),
    other: ({ store }) => store.names.bundle(2 as BundleId),
    hurt: [small(1, "1-2"), small(2, "1-2"), small(3, "1-2"), small(4, "1-1")],
  },
  {
    kind: "blob",
    name: (of) => blobs.get(of)?.[0] ?? "",
    other: (of) => blobs.get(of)?.[1] ?? "",
    hurt: ["a/large1 1-2 content"],
  },
  {
    kind: "segment",
    name: ({ store }) => store.names.segment(TWO, 0),
    other: ({ store }) => store.names.segment(ONE, 0),
    hurt: [
      " 2-2",
      "a 2-2",
      "b 2-2",
      "b/large2 2-2",
      "b/small5 2-2",
      "b/small6 2-2",
      "b/small7 2-2",
      "b/small8 2-2",
    ].map((one) => `${one} metadata`),
  },
  {
    kind: "manifest",
    name: ({ store }) => store.names.manifest(TWO),
    other: ({ store }) => store.names.manifest(ONE),
    hurt: [],
  },
  { kind: "latest", name: ({ store }) => store.names.latest, other: undefined, hurt: [] },
  {
    kind: "checkpoint",
    name: ({ store }) => store.names.checkpoint(ONE),
    other: ({ store }) => store.names.checkpoint(TWO),
    hurt: [],
  },
  {
    kind: "checkpoint-part",
    name: ({ store }) => store.names.checkpointPart(TWO, 0),
    other: ({ store }) => store.names.checkpointPart(TWO, 1),
    hurt: [],
  },
];

const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x10;
  return copy;
};

interface Expected {
  readonly problem: "missing" | "damaged";
  /** Default: everything. undefined: nothing is read. */
  readonly sample?: Sample | undefined;
  /** Whether the whole object is lost; otherwise no more than that may be hurt. Default: true. */
  readonly isWhole?: boolean;
}

async function expectFound({ kind, name, hurt }: Kind, expected: Expected): Promise<void> {
  const { problem, isWhole = true } = expected;
  const object = name(world);
  const found = await verified(world, { sample: "sample" in expected ? expected.sample : EVERYTHING });
  expect(found.findings).toEqual([expect.objectContaining({ kind, object, problem })]);
  expect(found.findings[0]?.message).toContain(object);
  expect(hurt).toEqual(expect.arrayContaining([...found.hurt]));
  if (!isWhole) return;
  const snapshots = hurt.length === 0 ? [] : kind === "segment" ? [2] : [1, 2];
  expect(found.hurt).toEqual(hurt.toSorted());
  expect(found.result.hurt?.snapshots.map(({ number }) => number)).toEqual(snapshots);
}

const all = KINDS.map((kind) => [kind.kind, kind] as const);
/** Parts without a record are what a crash has left, and the marker is a hint. */
const missed = all.filter(([kind]) => kind !== "checkpoint" && kind !== "latest");
const swapped = all.flatMap(([kind, of]) => (of.other ? [[kind, of, of.other] as const] : []));
/** The markers of two stores with as many snapshots are the same. */
const bound = all.filter(([kind]) => kind !== "latest");

describe("of every kind of object", () => {
  it.each(missed)("a %s that is missing is named, and found without reading", async (_, kind) => {
    await change(kind.name(world), undefined);
    await expectFound(kind, { problem: "missing", sample: undefined });
    await expectFound(kind, { problem: "missing" });
  });

  it.each(all)("a %s that is empty is named, and found without reading", async (_, kind) => {
    await change(kind.name(world), new Uint8Array(0));
    await expectFound(kind, { problem: "damaged", sample: undefined });
    await expectFound(kind, { problem: "damaged" });
  });

  it.each(all)("a %s that is truncated is named", async (_, kind) => {
    const whole = await objectOf(world, kind.name(world));
    await change(kind.name(world), whole.subarray(0, whole.length - 1));
    await expectFound(kind, { problem: "damaged" });
  });

  it.each(all.filter(([kind]) => kind !== "blob"))("a truncated %s is found without reading", async (_, kind) => {
    const whole = await objectOf(world, kind.name(world));
    await change(kind.name(world), whole.subarray(0, whole.length - 1));
    await expectFound(kind, { problem: "damaged", sample: undefined });
  });

  it.each(all)("a %s with a flipped byte is named, wherever that is", async (_, kind) => {
    const whole = await objectOf(world, kind.name(world));
    await change(kind.name(world), whole);
    const places = [0, 5, 20, 40, 70, 600, whole.length >> 1, whole.length - 1070, whole.length - 1];
    for (const at of places.filter((place) => place >= 0 && place < whole.length)) {
      await world.store.objects.put(kind.name(world), flipped(whole, at));
      await expectFound(kind, { problem: "damaged", isWhole: false });
    }
  });

  it.each(swapped)("a %s in the place of which another of its kind lies is named", async (_, kind, other) => {
    await change(kind.name(world), await objectOf(world, other(world)));
    await expectFound(kind, { problem: "damaged" });
  });

  it.each(bound)("a %s from the store of a share with the same name is named", async (_, kind) => {
    await change(kind.name(world), await objectOf(foreign, kind.name(foreign)));
    await expectFound(kind, { problem: "damaged", isWhole: false });
  });
});

describe("damage", () => {
  it("to one blob of a bundle hurts the files that hold it and no others", async () => {
    const name = world.store.names.bundle(1 as BundleId);
    const whole = await objectOf(world, name);
    await change(name, flipped(whole, 512 + 100));
    const { findings, hurt } = await verified(world, { sample: EVERYTHING });
    expect(findings).toEqual([
      expect.objectContaining({ object: name, message: expect.stringContaining("1 of 4 blobs") }),
    ]);
    expect(hurt).toHaveLength(1);
  });

  it("to the header of a TAR member hurts no file", async () => {
    const name = world.store.names.bundle(1 as BundleId);
    await change(name, flipped(await objectOf(world, name), 3));
    expect(await verified(world, { sample: EVERYTHING })).toMatchObject({
      findings: [expect.objectContaining({ object: name })],
      hurt: [],
    });
  });

  it("to what a snapshot does not need is no damage of that snapshot", async () => {
    await change(world.store.names.bundle(2 as BundleId), undefined);
    expect((await verified(world, { snapshot: ONE, sample: EVERYTHING })).findings).toEqual([]);
    expect((await verified(world, { snapshot: TWO })).findings).toHaveLength(1);
  });

  it("is found without a catalog, though not which files it hurts", async () => {
    await change(world.store.names.bundle(2 as BundleId), undefined);
    const { findings, result } = await verified(world, { catalog: undefined });
    expect(findings).toHaveLength(1);
    expect(result.hurt).toBeUndefined();
  });

  it("to records does not keep the contents they name from being read", async () => {
    const [blob = ""] = blobs.get(world) ?? [];
    await change(world.store.names.segment(ONE, 0), new Uint8Array(9));
    await change(blob, flipped(await objectOf(world, blob), 200));
    const { findings, result } = await verified(world, { sample: EVERYTHING });
    expect(findings.map(({ object }) => object)).toEqual([world.store.names.segment(ONE, 0), blob]);
    expect(result.unnamed).toBeUndefined();
  });

  it("that a manifest was lost and its bundle as well is told of both", async () => {
    const { names } = world.store;
    await change(names.manifest(ONE), undefined);
    await change(names.bundle(1 as BundleId), flipped(await objectOf(world, names.bundle(1 as BundleId)), 3));
    const { findings } = await verified(world, { sample: EVERYTHING });
    expect(findings.map(({ object }) => object)).toEqual([names.manifest(ONE), names.bundle(1 as BundleId)]);
  });

  it("of files that have moved since is told with the paths they had", async () => {
    const moved = await filledWorld();
    onTestFinished(() => moved[Symbol.asyncDispose]());
    await rename(join(moved.sourceFolder, "a"), join(moved.sourceFolder, "z"));
    await moved.backup();
    await moved.store.objects.delete(moved.store.names.bundle(1 as BundleId));
    const { hurt } = await verified(moved);
    expect(hurt).toEqual(["a/small4 1-1 content", ...[1, 2, 3].map((n) => `z/small${n} 1-3 content`)]);
  });
});

describe("a verification", () => {
  it("does not miss what a backup has stored since the listing", async () => {
    const findings: unknown[] = [];
    const report = async (finding: unknown): Promise<void> => void findings.push(finding);
    const presence = new Presence({
      store: world.store,
      inventory: new Inventory(),
      pruned: new PrunedObjects(world.store, report, {}),
      damage: new Damage(),
      report,
    });
    await presence.ofEntries(world.catalog, undefined, new Pace());
    expect(findings).toEqual([]);
  });

  it("ends when it is told to, while it reads", async () => {
    const stop = new AbortController();
    const running = verified(world, {
      sample: EVERYTHING,
      signal: stop.signal,
      onProgress: ({ phase }) => phase === "reading" && stop.abort(new Error("stopped")),
    });
    await expect(running).rejects.toThrow("stopped");
  });
});
