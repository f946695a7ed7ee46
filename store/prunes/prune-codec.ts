/** Prune records as they lie in the store. */
import { Builder, ByteBuffer, type Offset } from "flatbuffers";
import { DamagedError } from "../../core/errors.js";
import type { IdRange } from "../../core/id-range.js";
import {
  pruneOfBundle,
  type BundleId,
  type ContentId,
  type FencingNumber,
  type PruneNumber,
  type SnapshotNumber,
} from "../../core/ids.js";
import type { ShareName } from "../../core/names.js";
import type { PruneRecord, RewrittenBundle, SnapshotRemoval } from "../../core/prune-record.js";
import {
  IdRange as RangeStruct,
  PruneRecord as PruneTable,
  RewrittenBundle as RewrittenTable,
  SnapshotRemoval as RemovalTable,
} from "../../schemas/generated/prune_generated.js";
import { addSha256, addTables, int64, uint32, uint64 } from "../building.js";
import type { Sealing } from "../crypto/sealing.js";
import { damaged, FORMAT_VERSION, decodeEnvelope, encodeEnvelope } from "../envelope.js";
import { checkFormat, checkIdentifier, decoding, id, positiveId, sha256Field, text, time, vector } from "../fields.js";

const IDENTIFIER = "SSPR";

/** @returns the whole object to store under `name` */
export function encodePrune(name: string, share: ShareName, record: PruneRecord, sealing: Sealing): Uint8Array {
  const builder = new Builder(4096);
  const removals = addTables(
    builder,
    record.removals.map(({ snapshot, reason }) =>
      RemovalTable.createSnapshotRemoval(builder, uint32(snapshot), builder.createString(reason)),
    ),
  );
  const rewritten = addTables(
    builder,
    record.rewritten.map(({ bundleId, sizeBytes, sha256, contents }) => {
      const hash = addSha256(builder, sha256);
      const ranges = addRanges(builder, contents);
      return RewrittenTable.createRewrittenBundle(builder, uint64(bundleId), uint64(sizeBytes), hash, ranges);
    }),
  );
  const root = PruneTable.createPruneRecord(
    builder,
    FORMAT_VERSION,
    builder.createString(share.tenant),
    builder.createString(share.share),
    uint32(record.number),
    uint32(record.after ?? 0),
    int64(record.writtenAt),
    uint64(record.fencing ?? 0),
    uint64(record.nextContentId),
    uint64(record.nextBundleId),
    removals,
    rewritten,
    addRanges(builder, record.condemned),
    addRanges(builder, record.bundles),
    addRanges(builder, record.blobs),
  );
  builder.finish(root, IDENTIFIER);
  return encodeEnvelope("prune", name, builder.asUint8Array(), sealing);
}

function addRanges(builder: Builder, ranges: readonly IdRange[]): Offset {
  builder.startVector(RangeStruct.sizeOf(), ranges.length, 8);
  for (const { first, count } of ranges.toReversed()) RangeStruct.createIdRange(builder, uint64(first), uint64(count));
  return builder.endVector();
}

/** @throws DamagedError naming the object; SharestrataError `NEWER_FORMAT` */
export function decodePrune(
  name: string,
  share: ShareName,
  number: PruneNumber,
  object: Uint8Array,
  sealing: Sealing,
): PruneRecord {
  const payload = decodeEnvelope("prune", name, object, sealing);
  return decoding(name, () => {
    const buffer = new ByteBuffer(payload);
    checkIdentifier(name, buffer, IDENTIFIER);
    const table = PruneTable.getRootAsPruneRecord(buffer);
    checkFormat(name, table.format());
    const tenant = text("the tenant", (encoding) => table.tenant(encoding));
    const shareText = text("the share", (encoding) => table.share(encoding));
    if (tenant !== share.tenant || shareText !== share.share || table.number() !== number) {
      throw damaged(name, `is prune record ${table.number()} of ${tenant}/${shareText}`);
    }
    const after = table.after();
    const fencing = id<FencingNumber>(table.fencing(), "the fencing number");
    const removals = vector(buffer, table.removalsLength(), (index) => table.removals(index), decodeRemoval);
    if (removals.some(({ snapshot }) => snapshot < 1 || snapshot >= after)) {
      throw damaged(name, "removes a snapshot that is not older than the newest");
    }
    const ranges = (count: number, at: (index: number) => RangeStruct | null): readonly IdRange[] =>
      expectAscending(vector(buffer, count, at, decodeRange));
    const nextContentId = positiveId<ContentId>(table.nextContent(), "the next content id");
    const nextBundleId = positiveId<BundleId>(table.nextBundle(), "the next bundle id");
    const condemned = ranges(table.condemnedLength(), (index) => table.condemned(index));
    const blobs = ranges(table.blobsLength(), (index) => table.blobs(index));
    const bundles = ranges(table.bundlesLength(), (index) => table.bundles(index));
    // What it takes away must be behind what is handed out next, or it could be given a second meaning.
    const lastContent = Math.max(lastOf(condemned), lastOf(blobs));
    const ends = bundles.map((range) => lastOf([range]));
    if (lastContent >= nextContentId || ends.some((last) => !isUsedUp(last as BundleId, number, nextBundleId))) {
      throw damaged(name, "lists what has not been handed out");
    }
    return {
      number,
      after: after === 0 ? undefined : (after as SnapshotNumber),
      writtenAt: time(table.writtenNs()),
      fencing: fencing === 0 ? undefined : fencing,
      nextContentId,
      nextBundleId,
      removals,
      rewritten: vector(
        buffer,
        table.rewrittenLength(),
        (index) => table.rewritten(index),
        (bundle) => decodeRewritten(buffer, bundle),
      ),
      condemned,
      bundles,
      blobs,
    };
  });
}

/** The last id; 0 when there is none. */
function lastOf(ranges: readonly IdRange[]): number {
  const last = ranges.at(-1);
  return last === undefined ? 0 : last.first + last.count - 1;
}

/** Whether no backup or prune will give a bundle this id, or has it yet to write. */
function isUsedUp(bundle: BundleId, prune: PruneNumber, next: BundleId): boolean {
  const origin = pruneOfBundle(bundle);
  return origin === undefined ? bundle < next : origin.prune <= prune;
}

function decodeRemoval(table: RemovalTable): SnapshotRemoval {
  return {
    snapshot: table.snapshot() as SnapshotNumber,
    reason: text("a reason", (encoding) => table.reason(encoding)),
  };
}

function decodeRewritten(buffer: ByteBuffer, table: RewrittenTable): RewrittenBundle {
  return {
    bundleId: positiveId<BundleId>(table.bundleId(), "a bundle id"),
    sizeBytes: positiveId(table.size(), "a size"),
    sha256: sha256Field("the SHA-256 of a bundle", table.sha256Array()),
    contents: expectAscending(vector(buffer, table.contentsLength(), (index) => table.contents(index), decodeRange)),
  };
}

function decodeRange(range: RangeStruct): IdRange {
  return { first: positiveId(range.first(), "an id"), count: positiveId(range.count(), "a number of ids") };
}

function expectAscending(ranges: readonly IdRange[]): readonly IdRange[] {
  let end = 0;
  for (const { first, count } of ranges) {
    if (first < end) throw new DamagedError("a list of ids is not in order", { where: "ids" });
    end = id(first + count, "an id");
  }
  return ranges;
}
