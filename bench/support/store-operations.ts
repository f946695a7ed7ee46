/** A backup of many small files that exist nowhere, with every operation on the store counted. */
import { join } from "node:path";
import { openDedupIndex } from "../../catalog/dedup-index.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { systemClock } from "../../core/clock.js";
import { silentLogger } from "../../core/logger.js";
import type { TimeNs } from "../../core/time.js";
import { runBackup } from "../../daemon/backup/run-backup.js";
import type { Source, SourceEntry, SourcePath, SourceSession } from "../../daemon/sources/source.js";
import { LocalStore } from "../../store/backends/local-store.js";
import { ShareStore } from "../../store/share-store.js";
import { CountingStore, type StoreCounts } from "../../store/wrappers/counting-store.js";
import { Random } from "./random.js";

export type OperationCounts = StoreCounts;

/** List prices of 10 000 write operations, in US dollars, as remembered on that day: an assumption, to be checked before it is relied on. */
export const PRICES = {
  date: "2026-11-20 (assumed: US East, LRS)",
  of: [
    { name: "Azure Blob, hot", per10000: 0.065 },
    { name: "Azure Blob, cool", per10000: 0.13 },
    { name: "S3 Standard", per10000: 0.05 },
  ],
} as const;

const FILES_IN_FOLDER = 500;

/** @param folder for store and catalog */
export async function countOperations(folder: string, files: number, seed: number): Promise<OperationCounts> {
  const share = { tenant: "bench", share: "small" };
  const objects = new CountingStore(await LocalStore.open(join(folder, "store"), { create: true }));
  const store = await ShareStore.create(objects, share, {}, { clock: systemClock });
  await using catalog = openCatalog(join(folder, "catalog"));
  await using dedup = openDedupIndex(join(folder, "catalog", "dedup"), () => catalog.next().content);
  objects.reset();
  const source = smallFiles(files, seed);
  await runBackup({ share, source, store, catalog, dedup, clock: systemClock, logger: silentLogger });
  return objects.counts;
}

function smallFiles(files: number, seed: number): Source {
  return {
    uri: "file:///nowhere",
    check: () => Promise.resolve(),
    open: () => Promise.resolve(sessionOf(files, seed)),
  };
}

function sessionOf(files: number, seed: number): SourceSession {
  const folders = Math.ceil(files / FILES_IN_FOLDER);
  return {
    consistent: true,
    root: () => Promise.resolve(entry("", "directory", 0)),
    async *list(path: SourcePath) {
      if (path.length === 0) {
        yield Array.from({ length: folders }, (_, n) => entry(String(n), "directory", 0));
        return;
      }
      const first = Number(path[0]) * FILES_IN_FOLDER;
      const count = Math.min(FILES_IN_FOLDER, files - first);
      yield Array.from({ length: count }, (_, n) => entry(String(first + n), "file", sizeOf(first + n, seed)));
    },
    describe: (_, { metadata }) => Promise.resolve(metadata),
    read: (path, { sizeBytes }) => contentOf(Number(path[1]), sizeBytes, seed),
    readRange: (path, { sizeBytes }) => contentOf(Number(path[1]), sizeBytes, seed),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function entry(name: string, kind: SourceEntry["kind"], sizeBytes: number): SourceEntry {
  const mtimeNs = 1_700_000_000_000_000_000n as TimeNs;
  return { name, kind, sizeBytes, mtimeNs, signature: 1, sourceId: undefined, posix: undefined, metadata: {} };
}

function sizeOf(n: number, seed: number): number {
  return 1 + Math.min(64 * 1024, Math.round(new Random(seed, n).logNormal(2200, 1.1)));
}

/** Half of it shrinks. */
async function* contentOf(n: number, sizeBytes: number, seed: number): AsyncGenerator<Uint8Array> {
  const random = new Random(seed, -n);
  const bytes = new Uint8Array(sizeBytes);
  for (let i = 0; i < sizeBytes; i++) bytes[i] = i % 2 === 0 ? random.uint32() : 32;
  yield bytes;
}
