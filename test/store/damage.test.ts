// The damage matrix of the store: every kind of object × every kind of damage. Each is found, and the object named.
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BundleId, ContentId, SnapshotNumber } from "../../core/ids.js";
import { BlobReader } from "../../store/blob-reader.js";
import { unlockWith } from "../../store/crypto/unlock.js";
import { ShareStore } from "../../store/share-store.js";
import type { Manifest } from "../../store/snapshots/manifest.js";
import { changeBatch, manifest } from "./support/arbitraries.js";
import { locationOf, noise, stored, text } from "./support/content.js";
import { keyFile } from "./support/keys.js";
import { localStore, newShare, SHARE } from "./support/stores.js";

const ONE = 1 as SnapshotNumber;
const TWO = 2 as SnapshotNumber;
const BLOBS = [text(3000), noise(2000), text(100), noise(700, 2)];

/** Two of each kind of object, so that there is one to trade places with, and the same in a second share. */
async function filledShare(isEncrypted: boolean) {
  const objects = await localStore();
  const store = await newShare(objects, SHARE, isEncrypted);
  await fill(store);
  await fill(await newShare(objects, { tenant: "acme", share: "other" }, isEncrypted));
  return store;
}

async function fill(store: ShareStore): Promise<void> {
  const batches = fc.sample(changeBatch, { seed: 4, numRuns: 2 });
  for (const [number, batch] of batches.entries()) await store.putSegment(ONE, number, batch);
  const [one] = fc.sample(manifest, { seed: 5, numRuns: 1 }) as [Manifest];
  for (const number of [ONE, TWO]) await store.putManifest({ ...one, share: store.share, number, parent: undefined });
  await store.setLatest(TWO);
  for (const number of [ONE, TWO]) await writeCheckpoint(store, number);
  await stored(store, BLOBS);
  await stored(store, BLOBS.toReversed(), { nextContentId: 11 as ContentId, nextBundleId: 2 as BundleId });
  await stored(store, [noise(500), text(900)], { nextContentId: 21 as ContentId });
}

/** Files of several parts, some of which can be compressed. */
async function writeCheckpoint(store: ShareStore, snapshot: SnapshotNumber): Promise<void> {
  const writer = await store.checkpoints.begin(snapshot);
  for (const environment of ["tree", "identities", "dedup"] as const) {
    await writer.add(environment, Readable.from([text(4000), noise(1500, snapshot)]));
  }
  await writer.finish({ catalogFormat: 1, versions: 1, manifestSha256: new Uint8Array(32) });
}

async function readCheckpoint(store: ShareStore): Promise<unknown> {
  const { files } = await store.checkpoints.get(ONE);
  const pieces: string[] = [];
  for (const file of files) {
    for await (const piece of store.checkpoints.read(file)) pieces.push(Buffer.from(piece).toString("hex"));
  }
  return pieces;
}

interface Kind {
  readonly kind: string;
  readonly name: (store: ShareStore) => string;
  /** Another object of the kind; undefined where there is only one in a share. */
  readonly other: ((store: ShareStore) => string) | undefined;
  readonly read: (store: ShareStore) => Promise<unknown>;
  /** What its absence means. */
  readonly missing: string | undefined;
}

const readBundle = async (store: ShareStore) => {
  const reader = new BlobReader({ store });
  const location = { kind: "bundled", bundleId: 1 as BundleId } as const;
  const blobs = [];
  for (let id = 1; id <= BLOBS.length; id++) blobs.push(await reader.read(id as ContentId, location));
  return blobs.map((blob) => Buffer.from(blob).toString("hex"));
};

const KINDS: readonly Kind[] = [
  {
    kind: "share",
    name: ({ names }) => names.share,
    other: undefined,
    read: async ({ objects }) => (await ShareStore.open(objects, SHARE, { unlock: unlockWith(keyFile(1)) })).settings,
    // There are snapshots, so there was a share.
    missing: "DAMAGED",
  },
  {
    kind: "segment",
    name: ({ names }) => names.segment(ONE, 0),
    other: ({ names }) => names.segment(ONE, 1),
    read: (store) => store.getSegment(ONE, 0),
    missing: "DAMAGED",
  },
  {
    kind: "manifest",
    name: ({ names }) => names.manifest(ONE),
    other: ({ names }) => names.manifest(TWO),
    read: (store) => store.getManifest(ONE),
    missing: "DAMAGED",
  },
  {
    kind: "latest",
    name: ({ names }) => names.latest,
    other: undefined,
    read: (store) => store.latest(),
    missing: undefined,
  },
  {
    kind: "checkpoint",
    name: ({ names }) => names.checkpoint(ONE),
    other: ({ names }) => names.checkpoint(TWO),
    read: readCheckpoint,
    missing: "DAMAGED",
  },
  {
    kind: "compressed part of a checkpoint",
    name: ({ names }) => names.checkpointPart(ONE, 2),
    other: ({ names }) => names.checkpointPart(ONE, 0),
    read: readCheckpoint,
    missing: "DAMAGED",
  },
  {
    kind: "part of a checkpoint",
    name: ({ names }) => names.checkpointPart(ONE, 1),
    other: ({ names }) => names.checkpointPart(TWO, 1),
    read: readCheckpoint,
    missing: "DAMAGED",
  },
  {
    kind: "bundle",
    name: ({ names }) => names.bundle(1 as BundleId),
    other: ({ names }) => names.bundle(2 as BundleId),
    read: readBundle,
    missing: "DAMAGED",
  },
  {
    kind: "blob",
    name: ({ names }) => names.blob(21 as ContentId),
    other: ({ names }) => names.blob(22 as ContentId),
    read: (store) => new BlobReader({ store }).read(21 as ContentId, { kind: "blob" }),
    missing: "DAMAGED",
  },
];

/** A byte flipped at each of many places is found, or changes nothing that is read. */
function places(length: number): number[] {
  const ends = Array.from({ length: 100 }, (_, i) => i).flatMap((i) => [i, length - 1 - i]);
  // Where a bundle has its footer: 64 bytes in front of the 1024 that end a TAR.
  const footer = Array.from({ length: 64 }, (_, i) => length - 1024 - 64 + i);
  const between = Array.from({ length: 80 }, (_, i) => Math.floor((i * length) / 80));
  return [...new Set([...ends, ...footer, ...between])].filter((at) => at >= 0 && at < length);
}

/** What reading says once the object is `object`. */
async function saying({ name, read }: Kind, store: ShareStore, object: Uint8Array): Promise<unknown> {
  await store.objects.put(name(store), object);
  return read(store).then(
    () => "nothing wrong",
    (error: unknown) => error,
  );
}

/** What it must say: DAMAGED, and the object's name. */
const damageOf = ({ name }: Kind, store: ShareStore): unknown =>
  expect.objectContaining({ code: "DAMAGED", fields: expect.objectContaining({ where: name(store) }) });

const objectOf = async (store: ShareStore, of: string) => (await store.objects.get(of)) ?? new Uint8Array(0);

const SHARES = [
  { how: "plain", isEncrypted: false },
  { how: "encrypted", isEncrypted: true },
] as const;
const CASES = SHARES.flatMap((share) => KINDS.map((kind) => ({ ...share, ...kind, kindOf: kind })));

// Of share.fb and latest there is one in a share.
test.each(CASES.flatMap((one) => (one.other ? [{ ...one, other: one.other }] : [])))(
  "a $kind of a share that is $how, swapped with another of its kind",
  async ({ kindOf, other, isEncrypted }) => {
    const store = await filledShare(isEncrypted);
    expect(await saying(kindOf, store, await objectOf(store, other(store)))).toEqual(damageOf(kindOf, store));
  },
);

describe.each(CASES)("a $kind of a share that is $how", ({ kindOf, name, read, missing, isEncrypted }) => {
  test("that is missing", async () => {
    const store = await filledShare(isEncrypted);
    await store.objects.delete(name(store));
    if (missing === undefined) expect(await read(store)).toBeUndefined();
    else await expect(read(store)).rejects.toMatchObject({ code: missing });
  });

  test("that is empty", async () => {
    const store = await filledShare(isEncrypted);
    expect(await saying(kindOf, store, new Uint8Array(0))).toEqual(damageOf(kindOf, store));
  });

  test("that is truncated", async () => {
    const store = await filledShare(isEncrypted);
    const whole = await objectOf(store, name(store));
    const lengths = [1, 63, 64, 65, 96, 97, whole.length >> 1, whole.length - 512, whole.length - 1];
    for (const length of lengths.filter((one) => one > 0 && one < whole.length)) {
      expect(await saying(kindOf, store, whole.subarray(0, length))).toEqual(damageOf(kindOf, store));
    }
  });

  test("with a flipped byte", async () => {
    const store = await filledShare(isEncrypted);
    const whole = await objectOf(store, name(store));
    const intact = await read(store);
    let found = 0;
    for (const at of places(whole.length)) {
      const altered = Uint8Array.from(whole);
      altered[at] = (altered[at] ?? 0) ^ 0x10;
      await store.objects.put(name(store), altered);
      try {
        // In a bundle, TAR headers and padding may differ and every blob still be read right.
        expect(await read(store)).toEqual(intact);
      } catch (error) {
        expect(error).toMatchObject({ code: "DAMAGED", fields: { where: name(store) } });
        found++;
      }
    }
    expect(found).toBeGreaterThan(20);
  });

  test("swapped with that of another share", async () => {
    const store = await filledShare(isEncrypted);
    expect(await saying(kindOf, store, await objectOf(store, name(store).replace("acme/docs", "acme/other")))).toEqual(
      damageOf(kindOf, store),
    );
  });

  test("that is foreign", async () => {
    const store = await filledShare(isEncrypted);
    expect(await saying(kindOf, store, noise(5000, 99))).toEqual(damageOf(kindOf, store));
    expect(await saying(kindOf, store, text(70_000))).toEqual(damageOf(kindOf, store));
    for (const kind of KINDS) {
      if (kind.name(store) === name(store)) continue;
      expect(await saying(kindOf, store, await objectOf(store, kind.name(store)))).toEqual(damageOf(kindOf, store));
    }
  });
});

test("a damaged blob of a bundle is named, and its neighbours are still read", async () => {
  const store = await newShare();
  const { contents } = await stored(store, BLOBS);
  const name = store.names.bundle(1 as BundleId);
  const object = Uint8Array.from((await store.objects.get(name)) ?? []);
  // The stored bytes of the second blob: behind the first's header, data and padding, and its own header.
  const at = object.findIndex((_, i) => Buffer.compare(object.subarray(i, i + 16), noise(2000).subarray(0, 16)) === 0);
  object[at] = (object[at] ?? 0) ^ 1;
  await store.objects.put(name, object);
  const reader = new BlobReader({ store });
  await expect(reader.read(2 as ContentId, locationOf(contents[1]))).rejects.toMatchObject({
    code: "DAMAGED",
    fields: { where: name, contentId: 2 },
  });
  expect(Buffer.compare(await reader.read(3 as ContentId, locationOf(contents[2])), BLOBS[2] ?? noise(0))).toBe(0);
});

test("a blob that its bundle does not hold is named", async () => {
  const store = await newShare();
  await stored(store, BLOBS);
  await expect(
    new BlobReader({ store }).read(77 as ContentId, { kind: "bundled", bundleId: 1 as BundleId }),
  ).rejects.toMatchObject({ code: "DAMAGED", fields: { contentId: 77 } });
});
