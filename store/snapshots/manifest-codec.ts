/** Manifests as they lie in the store. */
import { Builder, ByteBuffer, type Offset } from "flatbuffers";
import { DamagedError } from "../../core/errors.js";
import type { FencingNumber, SnapshotNumber } from "../../core/ids.js";
import { isSnapshotName, tagProblem, type ShareName } from "../../core/names.js";
import type { BackupCounters, PassedOver, Snapshot } from "../../core/snapshot.js";
import {
  Counters,
  Manifest as ManifestTable,
  PassedOver as PassedOverTable,
  ScanResult,
  SnapshotStatus,
} from "../../schemas/generated/manifest_generated.js";
import { addOptionalTables, addTables, addText, int64, refuse, uint32, uint64 } from "../building.js";
import type { Sealing } from "../crypto/sealing.js";
import { damaged, FORMAT_VERSION, decodeEnvelope, encodeEnvelope } from "../envelope.js";
import {
  checkFormat,
  checkIdentifier,
  decoding,
  enumValue,
  id,
  missing,
  optionalText,
  text,
  time,
  vector,
} from "../fields.js";
import type { Manifest } from "./manifest.js";
import { decodeRef, encodeRef } from "./ref-codec.js";
import { decodeShareProperties, encodeShareProperties } from "./share-properties-codec.js";

const IDENTIFIER = "SSMF";
const STATUSES: readonly Snapshot["status"][] = ["complete", "with-errors"];
const READINGS = ["unknown", "frozen", "live"] as const;

/** @returns the whole object to store under `name` */
export function encodeManifest(name: string, manifest: Manifest, sealing: Sealing): Uint8Array {
  if (!isSnapshotName(manifest.name)) throw refuse(`"${manifest.name}" is not the name of a snapshot.`);
  const wrong = manifest.tags.map(tagProblem).find((problem) => problem !== undefined);
  if (wrong !== undefined) throw refuse(`A tag cannot be stored: ${wrong}.`);
  const builder = new Builder(4096);
  const scan = encodeScan(builder, manifest);
  const segments = addTables(
    builder,
    manifest.segments.map((ref) => encodeRef(builder, ref)),
  );
  const bundles = addTables(
    builder,
    manifest.bundles.map((ref) => encodeRef(builder, ref)),
  );
  const tenant = builder.createString(manifest.share.tenant);
  const share = builder.createString(manifest.share.share);
  const snapshotName = builder.createString(manifest.name);
  const source = builder.createString(manifest.source);
  const tags = manifest.tags.map((tag) => builder.createString(tag));
  const tagList = addOptionalTables(builder, tags);
  const sourceState = addText(builder, manifest.sourceState);
  const sourceRoot = addText(builder, manifest.sourceRoot);
  const shareProperties = encodeShareProperties(builder, manifest.shareProperties);
  ManifestTable.startManifest(builder);
  ManifestTable.addFormat(builder, FORMAT_VERSION);
  ManifestTable.addTenant(builder, tenant);
  ManifestTable.addShare(builder, share);
  ManifestTable.addNumber(builder, uint32(manifest.number));
  ManifestTable.addName(builder, snapshotName);
  ManifestTable.addParent(builder, uint32(manifest.parent ?? 0));
  ManifestTable.addStartedNs(builder, int64(manifest.startedAt));
  ManifestTable.addFinishedNs(builder, int64(manifest.finishedAt));
  ManifestTable.addStatus(
    builder,
    manifest.status === "complete" ? SnapshotStatus.Complete : SnapshotStatus.WithErrors,
  );
  ManifestTable.addSource(builder, source);
  ManifestTable.addFiles(builder, uint64(manifest.files));
  ManifestTable.addDirectories(builder, uint64(manifest.directories));
  ManifestTable.addBytes(builder, uint64(manifest.bytes));
  ManifestTable.addSegments(builder, segments);
  ManifestTable.addBundles(builder, bundles);
  ManifestTable.addScan(builder, scan);
  ManifestTable.addFencing(builder, uint64(manifest.fencing ?? 0));
  ManifestTable.addTags(builder, tagList);
  ManifestTable.addSourceState(builder, sourceState);
  ManifestTable.addShareProperties(builder, shareProperties);
  ManifestTable.addSourceRoot(builder, sourceRoot);
  ManifestTable.addReading(builder, READINGS.indexOf(readingOf(manifest)));
  const root = ManifestTable.endManifest(builder);
  builder.finish(root, IDENTIFIER);
  return encodeEnvelope("manifest", name, builder.asUint8Array(), sealing);
}

function readingOf({ consistent }: Snapshot): (typeof READINGS)[number] {
  if (consistent === undefined) return "unknown";
  return consistent ? "frozen" : "live";
}

function consistencyOf(reading: (typeof READINGS)[number]): boolean | undefined {
  return reading === "unknown" ? undefined : reading === "frozen";
}

function encodeScan(builder: Builder, manifest: Manifest): Offset {
  const passedOver = addTables(
    builder,
    manifest.passedOver.map((entry) => encodePassedOver(builder, entry)),
  );
  const c = manifest.counters;
  const counters = Counters.createCounters(
    builder,
    uint64(c.files),
    uint64(c.directories),
    uint64(c.bytes),
    uint64(c.added),
    uint64(c.modified),
    uint64(c.renamed),
    uint64(c.deleted),
    uint64(c.unchanged),
    uint64(c.errors),
    uint64(c.bytesRead),
    uint64(c.bytesStored),
  );
  return ScanResult.createScanResult(builder, counters, passedOver);
}

function encodePassedOver(builder: Builder, entry: PassedOver): Offset {
  const names = entry.path.map((part) => builder.createString(part));
  const path = addTables(builder, names);
  const code = builder.createString(entry.code);
  return PassedOverTable.createPassedOver(builder, path, code, builder.createString(entry.message));
}

/** @throws DamagedError naming the object; SharestrataError `NEWER_FORMAT` */
export function decodeManifest(
  name: string,
  share: ShareName,
  number: SnapshotNumber,
  object: Uint8Array,
  sealing: Sealing,
): Manifest {
  const payload = decodeEnvelope("manifest", name, object, sealing);
  return decoding(name, () => {
    const buffer = new ByteBuffer(payload);
    checkIdentifier(name, buffer, IDENTIFIER);
    const table = ManifestTable.getRootAsManifest(buffer);
    checkFormat(name, table.format());
    const tenant = text("the tenant", (encoding) => table.tenant(encoding));
    const shareText = text("the share", (encoding) => table.share(encoding));
    if (tenant !== share.tenant || shareText !== share.share || table.number() !== number) {
      throw damaged(name, `is snapshot ${table.number()} of ${tenant}/${shareText}`);
    }
    const snapshotName = text("the snapshot's name", (encoding) => table.name(encoding));
    if (!isSnapshotName(snapshotName)) throw damaged(name, "has a snapshot name that is not allowed");
    const fencing = id<FencingNumber>(table.fencing(), "the fencing number");
    const parent = table.parent();
    if (parent >= number) throw damaged(name, `names snapshot ${parent} as the one before it`);
    return {
      share,
      number,
      name: snapshotName,
      parent: parent === 0 ? undefined : (parent as SnapshotNumber),
      startedAt: time(table.startedNs()),
      finishedAt: time(table.finishedNs()),
      status: enumValue(STATUSES, table.status(), "the status"),
      consistent: consistencyOf(enumValue(READINGS, table.reading(), "how the source was read")),
      source: text("the source", (encoding) => table.source(encoding)),
      files: id(table.files(), "the number of files"),
      directories: id(table.directories(), "the number of directories"),
      bytes: id(table.bytes(), "the number of bytes"),
      segments: vector(buffer, table.segmentsLength(), (index) => table.segments(index), decodeRef),
      bundles: vector(buffer, table.bundlesLength(), (index) => table.bundles(index), decodeRef),
      fencing: fencing === 0 ? undefined : fencing,
      tags: decodeTags(buffer, table),
      sourceState: optionalText((encoding) => table.sourceState(encoding)),
      sourceRoot: optionalText((encoding) => table.sourceRoot(encoding)),
      shareProperties: decodeShareProperties(buffer, table.shareProperties()),
      ...decodeScan(buffer, table.scan()),
    };
  });
}

function decodeTags(buffer: ByteBuffer, table: ManifestTable): readonly string[] {
  return vector(
    buffer,
    table.tagsLength(),
    (index) => index,
    (index) => {
      const tag = text("a tag", (encoding) => table.tags(index, encoding));
      const problem = tagProblem(tag);
      if (problem !== undefined) throw new DamagedError(`a tag is not allowed: ${problem}`, { where: "tags" });
      return tag;
    },
  );
}

function decodeScan(buffer: ByteBuffer, scan: ScanResult | null): Pick<Manifest, "counters" | "passedOver"> {
  const counters = scan?.counters() ?? null;
  if (scan === null || counters === null) throw missing("the result of the scan");
  return {
    counters: decodeCounters(counters),
    passedOver: vector(
      buffer,
      scan.passedOverLength(),
      (index) => scan.passedOver(index),
      (entry) => decodePassedOver(buffer, entry),
    ),
  };
}

function decodeCounters(counters: Counters): BackupCounters {
  return {
    files: id(counters.files(), "files"),
    directories: id(counters.directories(), "directories"),
    bytes: id(counters.bytes(), "bytes"),
    added: id(counters.added(), "added"),
    modified: id(counters.modified(), "modified"),
    renamed: id(counters.renamed(), "renamed"),
    deleted: id(counters.deleted(), "deleted"),
    unchanged: id(counters.unchanged(), "unchanged"),
    errors: id(counters.errors(), "errors"),
    bytesRead: id(counters.bytesRead(), "bytes read"),
    bytesStored: id(counters.bytesStored(), "bytes stored"),
  };
}

function decodePassedOver(buffer: ByteBuffer, entry: PassedOverTable): PassedOver {
  return {
    path: vector(
      buffer,
      entry.pathLength(),
      (index) => index,
      (index) => text("a name", (encoding) => entry.path(index, encoding)),
    ),
    code: text("an error's code", (encoding) => entry.code(encoding)),
    message: text("an error's message", (encoding) => entry.message(encoding)),
  };
}
