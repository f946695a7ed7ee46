// Arbitrary domain values, for properties.
import fc from "fast-check";
import {
  ROOT_NODE,
  NO_NODE,
  type BundleId,
  type ContentId,
  type FencingNumber,
  type NodeId,
  type PruneNumber,
  type SnapshotNumber,
  rewrittenBundleId,
} from "../../../core/ids.js";
import { listHash } from "../../../store/content/list-hash.js";
import type { VersionNumber } from "../../../core/ids.js";
import { nameProblem } from "../../../core/names.js";
import {
  type ChangeBatch,
  type ContentRecord,
  type NodeMetadata,
  type NodePut,
  type NodeRemoval,
  permissionKeyProblem,
  type PermissionRecord,
  type StoredBundle,
} from "../../../core/node.js";
import type { PruneRecord } from "../../../core/prune-record.js";
import type { BackupCounters, PassedOver } from "../../../core/snapshot.js";
import type { ShareProperties } from "../../../core/share-properties.js";
import type { TimeNs } from "../../../core/time.js";
import {
  LARGEST_PART_BYTES,
  type Checkpoint,
  type CheckpointEnvironment,
} from "../../../store/checkpoints/checkpoint.js";
import type { LeaseRecord } from "../../../store/leases/lease-record.js";
import { ObjectNames } from "../../../store/object-names.js";
import type { Manifest, ObjectRef } from "../../../store/snapshots/manifest.js";
import { SHARE } from "./stores.js";

const size = fc.oneof(fc.nat(), fc.maxSafeNat());
const id = <T extends number>() => fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER - 100_000 }) as fc.Arbitrary<T>;
const uint32 = fc.nat(0xffff_ffff);
const time = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) as fc.Arbitrary<TimeNs>;
const sha256 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const words = fc.string({ unit: "grapheme", maxLength: 20 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Includes names that codecs get wrong: a leading byte order mark, what looks like a prototype, combined characters. */
const name = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
    fc.constantFrom("\uFEFFmark", "__proto__", "constructor", "…trailing.", " ", "Ä", "A\u0308", "😀", "\u2028"),
  )
  .filter((text) => nameProblem(text) === undefined);

const common = {
  createdNs: optional(fc.oneof(time, fc.constant(0n as TimeNs))),
  changedNs: optional(time),
  accessedNs: optional(time),
  attributes: optional(words),
  permissionKey: optional(words),
  etag: optional(words),
  userMetadata: optional(
    fc
      .dictionary(fc.oneof(words, fc.constant("__proto__")), words, { minKeys: 1, maxKeys: 4 })
      .map((record) => Object.fromEntries(Object.entries(record))),
  ),
  xattrs: optional(fc.array(fc.record({ name: words, value: fc.uint8Array() }), { minLength: 1, maxLength: 3 })),
};
const directoryMetadata: fc.Arbitrary<NodeMetadata> = fc.record(common);
const fileMetadata: fc.Arbitrary<NodeMetadata> = fc.record({
  ...common,
  contentMd5: optional(fc.uint8Array()),
  contentType: optional(words),
  contentEncoding: optional(words),
  contentLanguage: optional(words),
  cacheControl: optional(words),
  contentDisposition: optional(words),
  linkTarget: optional(words),
  linkCount: optional(fc.integer({ min: 1, max: 0xffff_ffff })),
  linkId: optional(words),
});

const posix = optional(fc.record({ mode: fc.nat(0o7777), uid: uint32, gid: uint32 }));
const rest = {
  mtimeNs: time,
  xorhash: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  signature: uint32,
  contentId: fc.oneof(fc.constant(0), id()) as fc.Arbitrary<ContentId>,
  sizeBytes: size,
  posix,
  sourceId: optional(words),
};
const movedFrom = optional(fc.record({ parentId: id<NodeId>(), name }));

const put: fc.Arbitrary<NodePut> = fc.oneof(
  fc.record({
    entry: fc.record({
      ...rest,
      nodeId: id<NodeId>(),
      parentId: fc.oneof(fc.constant(ROOT_NODE), id<NodeId>()),
      name,
      kind: fc.constantFrom("file" as const, "symlink" as const),
    }),
    metadata: fileMetadata,
    movedFrom,
  }),
  fc.record({
    entry: fc.record({
      ...rest,
      nodeId: id<NodeId>(),
      parentId: id<NodeId>(),
      name,
      kind: fc.constant("directory" as const),
    }),
    metadata: directoryMetadata,
    movedFrom,
  }),
  fc.record({
    entry: fc.record({
      ...rest,
      nodeId: fc.constant(ROOT_NODE),
      parentId: fc.constant(NO_NODE),
      name: fc.constant(""),
      kind: fc.constant("directory" as const),
    }),
    metadata: directoryMetadata,
    movedFrom: fc.constant(undefined),
  }),
);

const removal: fc.Arbitrary<NodeRemoval> = fc.record({ nodeId: id<NodeId>(), parentId: id<NodeId>(), name });

const bundle: fc.Arbitrary<StoredBundle> = fc.record({
  bundleId: id<BundleId>(),
  firstContentId: id<ContentId>(),
  count: fc.integer({ min: 1, max: 100_000 }),
  sizeBytes: size,
  sha256,
});

const content: fc.Arbitrary<ContentRecord> = fc.oneof(
  fc.record({
    kind: fc.constant("bundled" as const),
    contentId: id<ContentId>(),
    sizeBytes: size,
    sha256,
    bundleId: id<BundleId>(),
  }),
  fc.record({ kind: fc.constant("blob" as const), contentId: id<ContentId>(), sizeBytes: size, sha256 }),
  fc
    .record({
      contentId: id<ContentId>(),
      hash: sha256,
      parts: fc.array(fc.record({ contentId: id<ContentId>(), sizeBytes: fc.nat() }), { minLength: 1, maxLength: 5 }),
    })
    .map(({ hash, parts, ...others }) => ({
      ...others,
      parts,
      partSha256s: Uint8Array.from(parts.flatMap(() => [...hash])),
    }))
    .map(({ contentId, parts, partSha256s }) => ({
      kind: "list" as const,
      contentId,
      sha256: new Uint8Array(listHash(partSha256s)),
      parts,
      partSha256s,
      sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    })),
  fc.record({
    kind: fc.constant("foreign" as const),
    contentId: id<ContentId>(),
    sizeBytes: size,
    sha256,
    owner: fc.record({ share: fc.constantFrom("docs", "a", "Other.share-1"), contentId: id<ContentId>() }),
  }),
);

const permission: fc.Arbitrary<PermissionRecord> = fc.record({
  key: fc.string({ minLength: 1, maxLength: 60 }).filter((key) => permissionKeyProblem(key) === undefined),
  descriptor: optional(fc.record({ format: fc.constantFrom("sddl" as const, "binary" as const), text: fc.string() })),
});

export const changeBatch: fc.Arbitrary<ChangeBatch> = fc.record({
  firstVersion: id<VersionNumber>(),
  bundles: fc.array(bundle, { maxLength: 3 }),
  contents: fc.array(content, { maxLength: 5 }),
  permissions: optional(fc.array(permission, { minLength: 1, maxLength: 3 })),
  removals: fc.array(removal, { maxLength: 5 }),
  puts: fc.array(put, { maxLength: 8 }),
});

const counters = fc.record<BackupCounters>({
  files: size,
  directories: size,
  bytes: size,
  added: size,
  modified: size,
  renamed: size,
  deleted: size,
  unchanged: size,
  errors: size,
  bytesRead: size,
  bytesStored: size,
});

const ref: fc.Arbitrary<ObjectRef> = fc.record({
  name: words,
  sizeBytes: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  sha256,
});

const passedOver: fc.Arbitrary<PassedOver> = fc.record({
  path: fc.array(words, { maxLength: 4 }),
  code: words,
  message: words,
});

const texts = fc.dictionary(fc.oneof(words, fc.constant("__proto__")), words, { maxKeys: 4 }).map((record) =>
  // As it comes from a codec: an object like any other.
  Object.fromEntries(Object.entries(record)),
);

const shareProperties: fc.Arbitrary<ShareProperties> = fc.record({
  properties: texts,
  metadata: texts,
  accessPolicies: optional(
    fc.array(
      fc.record({ id: words, startsAt: optional(words), expiresAt: optional(words), permissions: optional(words) }),
      { maxLength: 3 },
    ),
  ),
});

export const manifest: fc.Arbitrary<Manifest> = fc.record({
  share: fc.constant(SHARE),
  number: fc.constant(7 as SnapshotNumber),
  name: fc.constantFrom("2026-11-20T10-00-00Z", "2026-11-20T10-00-00Z-2"),
  parent: optional(fc.integer({ min: 1, max: 6 }) as fc.Arbitrary<SnapshotNumber>),
  startedAt: time,
  finishedAt: time,
  status: fc.constantFrom("complete" as const, "with-errors" as const),
  source: words,
  files: size,
  directories: size,
  bytes: size,
  counters,
  segments: fc.array(ref, { maxLength: 4 }),
  bundles: fc.array(ref, { maxLength: 4 }),
  passedOver: fc.array(passedOver, { maxLength: 3 }),
  sourceState: optional(fc.string()),
  sourceRoot: optional(fc.string()),
  consistent: optional(fc.boolean()),
  shareProperties: optional(shareProperties),
  fencing: optional(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) as fc.Arbitrary<FencingNumber>),
  tags: fc.uniqueArray(fc.constantFrom("a", "monthly", "before:2.0", "x@y+z"), { maxLength: 3 }),
});

/** Ascending, neither overlapping nor touching. */
const ranges = (below: number) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: Math.floor(below / 10) - 1 }), { maxLength: 8 })
    .chain((firsts) =>
      fc.tuple(
        ...firsts
          .toSorted((a, b) => a - b)
          .map((first) => fc.record({ first: fc.constant(first * 10), count: fc.integer({ min: 1, max: 9 }) })),
      ),
    );

export const prune: fc.Arbitrary<PruneRecord> = fc.record({
  number: fc.constant(7 as PruneNumber),
  after: fc.constant(9 as SnapshotNumber),
  writtenAt: time,
  fencing: optional(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) as fc.Arbitrary<FencingNumber>),
  nextContentId: fc.constant(100_000 as ContentId),
  nextBundleId: fc.constant(100_000 as BundleId),
  removals: fc.array(
    fc.record({ snapshot: fc.integer({ min: 1, max: 8 }) as fc.Arbitrary<SnapshotNumber>, reason: words }),
    { maxLength: 4 },
  ),
  rewritten: fc.array(
    fc.record({
      bundleId: fc.nat(1000).map((index) => rewrittenBundleId(7 as PruneNumber, index) as BundleId),
      sizeBytes: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      sha256,
      contents: ranges(100_000),
    }),
    { maxLength: 4 },
  ),
  condemned: ranges(100_000),
  bundles: ranges(100_000),
  blobs: ranges(100_000),
});

export const lease: fc.Arbitrary<LeaseRecord> = fc.record({
  share: fc.constant(SHARE),
  number: fc.constant(7 as FencingNumber),
  state: fc.constantFrom("held" as const, "released" as const),
  token: words,
  beat: size,
  expiryMs: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  owner: fc.record({ host: words, pid: uint32, started: words, boot: words }),
  since: time,
});

const checkpointPart = fc.record({
  sizeBytes: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  sha256,
  codec: fc.constantFrom("stored" as const, "zstd" as const),
  plainBytes: fc.integer({ min: 1, max: LARGEST_PART_BYTES }),
});

export const checkpoint: fc.Arbitrary<Checkpoint> = fc
  .record({
    snapshot: fc.constant(7 as SnapshotNumber),
    catalogFormat: uint32,
    versions: size,
    manifestSha256: sha256,
    parts: fc.tuple(...[0, 1, 2].map(() => fc.array(checkpointPart, { minLength: 1, maxLength: 4 }))),
  })
  .map(({ parts, ...facts }) => {
    const names = new ObjectNames(SHARE);
    let number = 0;
    const files = (["tree", "identities", "dedup"] as CheckpointEnvironment[]).map((environment, at) => {
      const own = (parts[at] ?? []).map(({ sizeBytes, sha256: hash, ...part }) => ({
        object: { name: names.checkpointPart(facts.snapshot, number++), sizeBytes, sha256: hash },
        ...part,
      }));
      return { environment, sizeBytes: own.reduce((sum, { plainBytes }) => sum + plainBytes, 0), parts: own };
    });
    return { ...facts, share: SHARE, files };
  });
