/**
 * What a checkpoint of the catalog spares a machine that has none: the catalog of one generated snapshot, built from the
 * segments and from a checkpoint, with identities and dedup index. Prints Markdown for docs/benchmarks.md.
 * Usage: npm run bench:checkpoint -- [number of nodes, default 2000000]
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDedupIndex } from "../catalog/dedup-index.js";
import { environmentBytes } from "../catalog/environments.js";
import { openCatalog } from "../catalog/lmdb-catalog.js";
import { systemClock } from "../core/clock.js";
import type { SnapshotNumber, VersionNumber } from "../core/ids.js";
import type { ChangeBatch, NodeMetadata } from "../core/node.js";
import { writeCheckpoint } from "../daemon/checkpoints/write-checkpoint.js";
import { buildBeside, moveIntoPlace } from "../daemon/shares/build-catalog.js";
import { LocalStore } from "../store/backends/local-store.js";
import type { Checkpoint } from "../store/checkpoints/checkpoint.js";
import { ShareStore } from "../store/share-store.js";
import type { ObjectRef } from "../store/snapshots/manifest.js";
import { CountingStore } from "../store/wrappers/counting-store.js";
import { withVersions, type UnversionedBatch } from "./support/batch-queue.js";
import { machineLine } from "./support/machine.js";
import { grouped } from "./support/report.js";
import { snapshotRecord } from "./support/snapshot-record.js";
import { TreeGenerator } from "./support/tree-generator.js";

const ONE = 1 as SnapshotNumber;
const MB = 1e6;

async function main(nodes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharestrata-bench-"));
  try {
    const machine = machineLine(folder);
    const objects = new CountingStore(await LocalStore.open(join(folder, "store"), { create: true }));
    const store = await ShareStore.create(objects, { tenant: "bench", share: "one" }, {}, { clock: systemClock });
    const segmentBytes = await publish(store, nodes);
    const segments = await built(join(folder, "segments"), store, objects, true);
    const checkpoint = await checkpointOf(join(folder, "segments"), store);
    const fetched = await built(join(folder, "fetched"), store, objects, false);
    console.log(`${machine}\n\n    npm run bench:checkpoint -- ${nodes}\n`);
    console.log(`Segments: ${(segmentBytes / nodes).toFixed(0)} bytes an entry\n`);
    console.log("| | From the segments | From a checkpoint |\n|---|---:|---:|");
    console.log(`| building the catalog | ${seconds(segments.ms)} | ${seconds(fetched.ms)} |`);
    console.log(`| read from the store | ${megabytes(segments.bytes)} | ${megabytes(fetched.bytes)} |`);
    console.log(`| entries/s | ${rate(nodes, segments.ms)} | ${rate(nodes, fetched.ms)} |`);
    console.log(`| writing the checkpoint | | ${seconds(checkpoint.ms)} |\n`);
    for (const line of sizes(join(folder, "segments"), checkpoint.value, nodes)) console.log(line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const METADATA: NodeMetadata = {
  attributes: "Archive",
  permissionKey: "4053718453234214321*9132746173645123412",
  etag: '"0x8DD0A1B2C3D4E5F"',
};

/** With what an Azure Files share tells of each node, and a digest of its own for each content. */
function asBackedUp({ puts, contents, ...rest }: UnversionedBatch): UnversionedBatch {
  return {
    ...rest,
    puts: puts.map((put) => ({
      ...put,
      metadata: { ...METADATA, createdNs: put.entry.mtimeNs, changedNs: put.entry.mtimeNs },
    })),
    contents: contents.map((content) => ({
      ...content,
      sha256: createHash("sha256").update(`content ${content.contentId}`).digest(),
    })),
  };
}

/** @returns how long the segments are */
async function publish(store: ShareStore, nodes: number): Promise<number> {
  const segments: ObjectRef[] = [];
  let version = 1;
  for (const unversioned of new TreeGenerator({ nodes, seed: 1, sourceIds: true }).batches()) {
    const batch: ChangeBatch = withVersions(asBackedUp(unversioned), version as VersionNumber);
    segments.push(await store.putSegment(ONE, segments.length, batch));
    version += batch.puts.length;
  }
  const record = snapshotRecord(ONE, { files: nodes, directories: 0, bytes: 0 });
  const rest = {
    share: store.share,
    parent: undefined,
    source: "bench:",
    bundles: [],
    passedOver: [],
    fencing: undefined,
  };
  await store.putManifest({ ...record, ...rest, segments });
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}

async function built(
  folder: string,
  store: ShareStore,
  objects: CountingStore,
  fromSegments: boolean,
): Promise<{ readonly ms: number; readonly bytes: number }> {
  objects.reset();
  const place = (building: string): Promise<void> => moveIntoPlace(building, folder);
  const { ms } = await timed(() => buildBeside(folder, store, { fromSegments }, place));
  return { ms, bytes: objects.counts.bytesRead };
}

async function checkpointOf(folder: string, store: ShareStore): Promise<{ ms: number; value: Checkpoint }> {
  await using catalog = openCatalog(folder, { create: false });
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  await using _claim = await catalog.claim();
  return await timed(() => writeCheckpoint({ store, catalog, dedup }));
}

function sizes(folder: string, { files }: Checkpoint, nodes: number): readonly string[] {
  const rows = files.map(({ environment, sizeBytes, parts }) => {
    const stored = parts.reduce((sum, { object }) => sum + object.sizeBytes, 0);
    return { environment, figures: [environmentBytes(folder, environment), sizeBytes, stored] };
  });
  const total = [0, 1, 2].map((at) => rows.reduce((sum, { figures }) => sum + (figures[at] ?? 0), 0));
  const row = (what: string, figures: readonly number[]): string =>
    `| ${what} | ${figures.map((bytes) => (bytes / nodes).toFixed(1)).join(" | ")} |`;
  return [
    "| Bytes an entry | In the catalog | In a compact copy | Compressed, in the store |\n|---|---:|---:|---:|",
    ...rows.map(({ environment, figures }) => row(environment, figures)),
    row("all", total),
  ];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number): string => `${Math.round(bytes / MB)} MB`;
const rate = (entries: number, ms: number): string => grouped(Math.round((entries * 1000) / ms));

await main(Number(process.argv[2] ?? 2_000_000));
