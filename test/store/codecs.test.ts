import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DamagedError } from "../../core/errors.js";
import {
  rewrittenBundleId,
  type BundleId,
  type ContentId,
  type FencingNumber,
  type NodeId,
  type PruneNumber,
  type SnapshotNumber,
  type VersionNumber,
} from "../../core/ids.js";
import type { PruneRecord } from "../../core/prune-record.js";
import type { ChangeBatch, NodePut } from "../../core/node.js";
import type { TimeNs } from "../../core/time.js";
import { decodeBundleIndex, encodeBundleIndex } from "../../store/bundles/bundle-index.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../store/checkpoints/checkpoint-codec.js";
import { decodeKeySlot, encodeKeySlot } from "../../store/crypto/key-codec.js";
import type { KeySlot, KeySlotId } from "../../store/crypto/key-slot.js";
import { SCRYPT_COST } from "../../store/crypto/scrypt-cost.js";
import type { Sealing } from "../../store/crypto/sealing.js";
import { ENVELOPE_BYTES } from "../../store/envelope.js";
import { ObjectNames } from "../../store/object-names.js";
import { decodeSegment, encodeSegment } from "../../store/segments/segment-codec.js";
import { decodeShare, encodeShare } from "../../store/shares/share-codec.js";
import { DEFAULT_SHARE_SETTINGS } from "../../store/shares/share-settings.js";
import { decodeLease, encodeLease } from "../../store/leases/lease-codec.js";
import { decodeManifest, encodeManifest } from "../../store/snapshots/manifest-codec.js";
import { decodePrune, encodePrune } from "../../store/prunes/prune-codec.js";
import { changeBatch, checkpoint, lease, manifest, prune } from "./support/arbitraries.js";
import { PLAIN, SEALED, unwrapped, wrapped } from "./support/sealing.js";
import { SHARE } from "./support/stores.js";

const NAME = "acme/docs/object";
const SNAPSHOT = 7 as SnapshotNumber;
const PLACE = { snapshot: SNAPSHOT, number: 3 };

const SEALINGS = [
  ["plain", PLAIN],
  ["sealed", SEALED],
] as const;

test.each(SEALINGS)("a %s segment gives back every batch that was put into it", (_how, sealing) => {
  fc.assert(
    fc.property(changeBatch, (batch) => {
      expect(decodeSegment(NAME, PLACE, encodeSegment(NAME, PLACE, batch, sealing), sealing)).toEqual(batch);
    }),
    { numRuns: 300 },
  );
});

test.each(SEALINGS)("a %s manifest gives back what was put into it", (_how, sealing) => {
  fc.assert(
    fc.property(manifest, (value) => {
      expect(decodeManifest(NAME, SHARE, SNAPSHOT, encodeManifest(NAME, value, sealing), sealing)).toEqual(value);
    }),
    { numRuns: 200 },
  );
});

const pruneIn = (object: Uint8Array, sealing = PLAIN) => decodePrune(NAME, SHARE, 7 as PruneNumber, object, sealing);

test.each(SEALINGS)("a %s prune record gives back what was put into it", (_how, sealing) => {
  fc.assert(
    fc.property(prune, (value) => {
      expect(pruneIn(encodePrune(NAME, SHARE, value, sealing), sealing)).toEqual(value);
    }),
  );
});

describe("a prune record", () => {
  const [right] = fc.sample(prune, { seed: 5, numRuns: 1 }) as [PruneRecord];
  const encoded = (wrong: Partial<PruneRecord>) => encodePrune(NAME, SHARE, { ...right, ...wrong }, PLAIN);

  test("of another number or share is refused", () => {
    expect(() => decodePrune(NAME, SHARE, 8 as PruneNumber, encoded({}), PLAIN)).toThrow("is prune record 7");
    const other = { ...SHARE, share: "other" };
    expect(() => decodePrune(NAME, other, 7 as PruneNumber, encoded({}), PLAIN)).toThrow("of acme/docs");
  });

  test.each<[string, Partial<PruneRecord>, string]>([
    ["removes the newest snapshot", { removals: [{ snapshot: 9 as SnapshotNumber, reason: "" }] }, "not older"],
    ["condemns what is not handed out", { condemned: [{ first: 99_999, count: 2 }] }, "not been handed out"],
    ["lists a blob that is not handed out", { blobs: [{ first: 100_000, count: 1 }] }, "not been handed out"],
    ["lists a bundle that is not handed out", { bundles: [{ first: 100_000, count: 1 }] }, "not been handed out"],
    [
      "lists a bundle of a later prune",
      { bundles: [{ first: rewrittenBundleId(8 as PruneNumber, 0) as number, count: 1 }] },
      "not been handed out",
    ],
    [
      "has ranges that overlap",
      {
        blobs: [
          { first: 5, count: 3 },
          { first: 7, count: 1 },
        ],
      },
      "not in order",
    ],
  ])("that %s is refused", (_what, wrong, message) => {
    expect(() => pruneIn(encoded(wrong))).toThrow(message);
  });
});

const leaseIn = (object: Uint8Array) => decodeLease(NAME, SHARE, 7 as FencingNumber, object);

test("a lease gives back what was put into it", () => {
  fc.assert(
    fc.property(lease, (value) => {
      expect(leaseIn(encodeLease(NAME, value))).toEqual(value);
    }),
  );
});

test("a lease of another number or share is refused", () => {
  const [value] = fc.sample(lease, { seed: 4, numRuns: 1 });
  const object = encodeLease(NAME, value!);
  const damage = expect.objectContaining({ code: "DAMAGED", fields: { where: NAME } });
  expect(() => decodeLease(NAME, SHARE, 8 as FencingNumber, object)).toThrow(damage);
  expect(() => decodeLease(NAME, { ...SHARE, share: "other" }, 7 as FencingNumber, object)).toThrow(damage);
});

const NAMES = new ObjectNames(SHARE);
const checkpointIn = (object: Uint8Array, sealing = PLAIN) =>
  decodeCheckpoint(NAME, NAMES, SHARE, SNAPSHOT, object, sealing);

test.each(SEALINGS)("the %s record of a checkpoint gives back what was put into it", (_how, sealing) => {
  fc.assert(
    fc.property(checkpoint, (value) => {
      expect(checkpointIn(encodeCheckpoint(NAME, value, sealing), sealing)).toEqual(value);
    }),
    { numRuns: 200 },
  );
});

describe("the record of a checkpoint", () => {
  const [right] = fc.sample(checkpoint, { seed: 3, numRuns: 1 });
  if (right === undefined) throw new Error("there is no sample");
  const [tree, identities, dedup] = right.files;

  test.each([
    ["without an environment", { ...right, files: [tree!, dedup!] }],
    ["with one twice", { ...right, files: [tree!, identities!, identities!] }],
    ["with parts that do not make up a file", { ...right, files: [{ ...tree!, sizeBytes: 1 }, identities!, dedup!] }],
    ["with a file of nothing", { ...right, files: [{ ...tree!, sizeBytes: 0, parts: [] }, identities!, dedup!] }],
  ])("%s is not written", (_what, wrong) => {
    expect(() => encodeCheckpoint(NAME, wrong, PLAIN)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });

  test.each([
    ["that names an object of another share", "acme/other/catalog/0000000007/parts/0000000000"],
    ["that names a blob", "acme/docs/blobs/00000000000/00000000000001"],
    ["that names a part twice", NAMES.checkpointPart(SNAPSHOT, 1)],
  ])("%s is refused", (_what, name) => {
    const [first, ...parts] = tree!.parts;
    const stranger = { ...first!, object: { ...first!.object, name } };
    const wrong = { ...right, files: [{ ...tree!, parts: [stranger, ...parts] }, identities!, dedup!] };
    expect(() => checkpointIn(encodeCheckpoint(NAME, wrong, PLAIN))).toThrow("names an object that is not its own");
  });

  test("of another snapshot, or another share, is refused", () => {
    expect(() => checkpointIn(encodeCheckpoint(NAME, { ...right, snapshot: 8 as SnapshotNumber }, PLAIN))).toThrow(
      "is the checkpoint of snapshot 8",
    );
    const share = { tenant: "acme", share: "other" };
    expect(() => checkpointIn(encodeCheckpoint(NAME, { ...right, share }, PLAIN))).toThrow("of acme/other");
  });
});

/** One object of each kind, with the codec that reads it. */
function samples(sealing: Sealing) {
  const batch = fc.sample(changeBatch, { seed: 1, numRuns: 20 }).find(({ puts }) => puts.length > 4);
  const [snapshot] = fc.sample(manifest, { seed: 2, numRuns: 1 });
  const [saved] = fc.sample(checkpoint, { seed: 3, numRuns: 1 });
  const [held] = fc.sample(lease, { seed: 4, numRuns: 1 });
  const [pruned] = fc.sample(prune, { seed: 5, numRuns: 1 });
  if (
    pruned === undefined ||
    batch === undefined ||
    snapshot === undefined ||
    saved === undefined ||
    held === undefined
  )
    throw new Error("the samples are too small");
  const share = {
    share: SHARE,
    createdAt: 5n as TimeNs,
    settings: DEFAULT_SHARE_SETTINGS,
    keyCheck: new Uint8Array(32).fill(9),
  };
  const members = [1, 2, 3].map((n) => ({
    contentId: n as ContentId,
    offset: n * 1024,
    storedBytes: 100,
    plainBytes: 200,
    codec: "zstd" as const,
    sha256: new Uint8Array(32).fill(n),
  }));
  const slot: KeySlot = {
    share: SHARE,
    id: "0123456789abcdef" as KeySlotId,
    kind: "passphrase",
    label: "a label",
    createdAt: 5n as TimeNs,
    cost: SCRYPT_COST,
    salt: new Uint8Array(32).fill(1),
    keyCheck: new Uint8Array(32).fill(2),
    wrapped: new Uint8Array(60).fill(3),
  };
  const bundle = 9 as BundleId;
  return [
    {
      kind: "segment",
      object: encodeSegment(NAME, PLACE, batch, sealing),
      decode: (o: Uint8Array) => decodeSegment(NAME, PLACE, o, sealing),
    },
    {
      kind: "manifest",
      object: encodeManifest(NAME, snapshot, sealing),
      decode: (o: Uint8Array) => decodeManifest(NAME, SHARE, SNAPSHOT, o, sealing),
    },
    {
      kind: "prune",
      object: encodePrune(NAME, SHARE, pruned, sealing),
      decode: (o: Uint8Array) => pruneIn(o, sealing),
    },
    { kind: "lease", object: encodeLease(NAME, held), decode: leaseIn },
    {
      kind: "checkpoint",
      object: encodeCheckpoint(NAME, saved, sealing),
      decode: (o: Uint8Array) => checkpointIn(o, sealing),
    },
    {
      kind: "key",
      object: encodeKeySlot(NAME, slot),
      decode: (o: Uint8Array) => decodeKeySlot(NAME, SHARE, slot.id, o),
    },
    { kind: "share", object: encodeShare(NAME, share), decode: (o: Uint8Array) => decodeShare(NAME, SHARE, o) },
    {
      kind: "bundleIndex",
      object: encodeBundleIndex(NAME, bundle, members, sealing),
      decode: (o: Uint8Array) => [...decodeBundleIndex(NAME, bundle, o, 10_000, sealing)],
    },
  ] as const;
}

const ALL = SEALINGS.flatMap(([how, sealing]) => samples(sealing).map((sample) => ({ ...sample, how, sealing })));

describe.each(ALL)("a $kind, $how,", ({ kind, object, decode, sealing }) => {
  test("is refused, and named, when any byte is not what it was", () => {
    for (let at = 0; at < object.length; at += at < 200 ? 1 : 7) {
      const altered = Uint8Array.from(object);
      altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8));
      expect(() => decode(altered)).toThrow(expect.objectContaining({ code: "DAMAGED", fields: { where: NAME } }));
    }
  });

  test("is refused when it is cut short or goes on", () => {
    for (let length = 0; length < object.length; length += length < 200 ? 1 : 13) {
      expect(() => decode(object.subarray(0, length))).toThrow(DamagedError);
    }
    expect(() => decode(Buffer.concat([object, Uint8Array.of(0)]))).toThrow(DamagedError);
  });

  test("of wrong structure under a right checksum is refused or read, and never crashes or hangs", () => {
    const payload = unwrapped(kind, NAME, object, sealing);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(payload.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(payload.length),
        (changes, length) => {
          const hostile = Uint8Array.from(payload);
          for (const [at, byte] of changes) hostile[at] = byte;
          const cut = length % 3 === 0 ? hostile.subarray(0, length) : hostile;
          try {
            decode(wrapped(kind, NAME, cut, sealing));
          } catch (error) {
            expect(["DAMAGED", "NEWER_FORMAT"]).toContain((error as DamagedError).code);
            expect((error as DamagedError).fields.where).toBe(NAME);
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  test("is refused when it is an object of another kind", () => {
    const other = kind === "share" ? "segment" : "share";
    expect(() => decode(wrapped(other, NAME, unwrapped(kind, NAME, object, sealing), sealing))).toThrow(DamagedError);
    const foreign = wrapped(kind, NAME, Buffer.alloc(4096, "not a flatbuffer "), sealing);
    expect(() => decode(foreign)).toThrow(DamagedError);
    expect(() => decode(wrapped(kind, NAME, new Uint8Array(0), sealing))).toThrow(DamagedError);
  });

  test("is refused under another name", () => {
    expect(() => unwrapped(kind, `${NAME}2`, object, sealing)).toThrow("another object");
  });

  test("of a later format says NEWER_FORMAT", () => {
    const later = laterVersion(object);
    expect(() => decode(later)).toThrow(expect.objectContaining({ code: "NEWER_FORMAT" }));
  });
});

test("two segments that trade names are refused, and so is one that says another number", () => {
  const batch: ChangeBatch = { firstVersion: 1 as VersionNumber, bundles: [], contents: [], removals: [], puts: [] };
  const object = encodeSegment(NAME, PLACE, batch, PLAIN);
  expect(() => decodeSegment("acme/docs/other", PLACE, object, PLAIN)).toThrow("another object");
  expect(() => decodeSegment(NAME, { ...PLACE, number: 4 }, object, PLAIN)).toThrow("is segment 3 of snapshot 7");
});

describe("what this program would refuse to read it refuses to write:", () => {
  const put: NodePut = {
    entry: {
      nodeId: 5 as NodeId,
      parentId: 1 as NodeId,
      name: "a",
      kind: "file",
      sizeBytes: 1,
      mtimeNs: 0n as TimeNs,
      xorhash: 0n,
      signature: 0,
      contentId: 0 as ContentId,
      posix: undefined,
      sourceId: undefined,
    },
    metadata: {},
    movedFrom: undefined,
  };
  const wrong: readonly [string, NodePut][] = [
    ["a path as a name", { ...put, entry: { ...put.entry, name: "a/b" } }],
    ["an empty name", { ...put, entry: { ...put.entry, name: "" } }],
    ["a negative size", { ...put, entry: { ...put.entry, sizeBytes: -1 } }],
    ["a size that is no safe integer", { ...put, entry: { ...put.entry, sizeBytes: 2 ** 53 } }],
    ["a time beyond 64 bits", { ...put, entry: { ...put.entry, mtimeNs: (2n ** 63n) as TimeNs } }],
    ["a fingerprint beyond 64 bits", { ...put, entry: { ...put.entry, xorhash: 2n ** 64n } }],
    ["file type bits in a mode", { ...put, entry: { ...put.entry, posix: { mode: 0o100644, uid: 0, gid: 0 } } }],
    ["a former name with a slash", { ...put, movedFrom: { parentId: 1 as NodeId, name: "../x" } }],
  ];

  test.each(wrong)("%s", (_what, one) => {
    const batch: ChangeBatch = {
      firstVersion: 1 as VersionNumber,
      bundles: [],
      contents: [],
      removals: [],
      puts: [one],
    };
    expect(() => encodeSegment(NAME, PLACE, batch, PLAIN)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });

  test("a directory keeps what directories have, and nothing else", () => {
    const directory: NodePut = {
      ...put,
      entry: { ...put.entry, kind: "directory" },
      metadata: { etag: "e", contentType: "text/plain", linkCount: 3 },
    };
    const batch: ChangeBatch = {
      firstVersion: 1 as VersionNumber,
      bundles: [],
      contents: [],
      removals: [],
      puts: [directory],
    };
    const [found] = decodeSegment(NAME, PLACE, encodeSegment(NAME, PLACE, batch, PLAIN), PLAIN).puts;
    expect(found?.metadata).toEqual({ etag: "e" });
  });
});

/** The object as a later version would write it: a higher version byte, and a checksum that is right. */
function laterVersion(object: Uint8Array): Uint8Array {
  const later = Buffer.from(object);
  later[4] = 2;
  const hash = createHash("sha256").update(later.subarray(0, 32)).update(later.subarray(ENVELOPE_BYTES)).digest();
  hash.copy(later, 32);
  return later;
}
