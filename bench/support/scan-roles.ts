/**
 * What the scan's benchmark runs in processes of their own, so that each one's memory is its own: a bare loop over the SDK's listing, a
 * first backup, and one of the unchanged share.
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ShareServiceClient } from "@azure/storage-file-share";
import { openDedupIndex } from "../../catalog/dedup-index.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { readMeta } from "../../catalog/pages/meta-page.js";
import { BoundedTasks } from "../../core/bounded-tasks.js";
import { systemClock } from "../../core/clock.js";
import { silentLogger } from "../../core/logger.js";
import { Secret } from "../../core/secret.js";
import type { BackupCounters } from "../../core/snapshot.js";
import type { BackupPhase } from "../../daemon/backup/counters.js";
import { runBackup } from "../../daemon/backup/run-backup.js";
import { AzureFilesSource } from "../../daemon/sources/azure/azure-source.js";
import type { Source, SourceSession } from "../../daemon/sources/source.js";
import { LocalStore } from "../../store/backends/local-store.js";
import { ShareStore } from "../../store/share-store.js";

export interface RoleOptions {
  readonly connectionString: string;
  readonly account: string;
  /** State and store of the backups. */
  readonly folder: string;
  /** Listings at a time of the bare loop. */
  readonly concurrency: number;
  /** Where the bare loop stops. */
  readonly mostEntries: number;
}

export interface RoleResult {
  readonly entries: number;
  readonly seconds: number;
  /** User and system time of this process. */
  readonly cpuSeconds: number;
  /** The most it held at once (VmHWM). */
  readonly peakBytes: number;
  readonly counters?: BackupCounters | undefined;
  /** Transactions of the node tree from the beginning of the scan to its end. */
  readonly writes?: number | undefined;
}

const SHARE = { tenant: "bench", share: "share" };

export type Role = "sdk" | "first" | "again";

export async function play(role: Role, options: RoleOptions): Promise<RoleResult> {
  const works = { sdk: listBySdk, first: backUpFirst, again: backUpAgain };
  const work = works[role];
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const done = await work(options);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { ...done, seconds, cpuSeconds: (user + system) / 1e6, peakBytes: peakBytes() };
}

type Work = Pick<RoleResult, "entries" | "counters" | "writes">;

/** With the same fields asked for, which the SDK parses and makes objects of. */
async function listBySdk({ connectionString, concurrency, mostEntries }: RoleOptions): Promise<Work> {
  const share = ShareServiceClient.fromConnectionString(connectionString).getShareClient("bench");
  let entries = 0;
  await walk(share.rootDirectoryClient, concurrency, async (directory, found) => {
    if (entries >= mostEntries) return;
    const pages = directory
      .listFilesAndDirectories({
        includeTimestamps: true,
        includeEtag: true,
        includeAttributes: true,
        includePermissionKey: true,
        includeExtendedInfo: true,
      })
      .byPage({ maxPageSize: 5000 });
    for await (const { segment } of pages) {
      if (entries >= mostEntries) return;
      entries += segment.fileItems.length + segment.directoryItems.length;
      for (const { name } of segment.directoryItems) found(directory.getDirectoryClient(name));
    }
  });
  return { entries };
}

async function walk<T>(
  root: T,
  concurrency: number,
  list: (directory: T, found: (directory: T) => void) => Promise<void>,
): Promise<void> {
  const stack = [root];
  const tasks = new BoundedTasks(concurrency);
  for (;;) {
    const directory = stack.pop();
    if (directory !== undefined) await tasks.run(() => list(directory, (found) => stack.push(found)));
    else {
      await tasks.idle();
      if (stack.length === 0) return;
    }
  }
}

/** Metadata and contents are made here: two million requests for them would measure something else. */
async function backUpFirst(options: RoleOptions): Promise<Work> {
  const objects = await LocalStore.open(join(options.folder, "store"), { create: true });
  return backUp(
    options,
    await ShareStore.create(objects, SHARE, {}, { clock: systemClock }),
    withoutReading(source(options)),
  );
}

async function backUpAgain(options: RoleOptions): Promise<Work> {
  const objects = await LocalStore.open(join(options.folder, "store"));
  return backUp(options, await ShareStore.open(objects, SHARE), source(options));
}

async function backUp({ folder }: RoleOptions, store: ShareStore, from: Source): Promise<Work> {
  await using catalog = openCatalog(join(folder, "catalog"), { create: true });
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  const at = new Map<BackupPhase, number>();
  const { snapshot } = await runBackup({
    share: SHARE,
    source: from,
    store,
    catalog,
    dedup,
    clock: systemClock,
    logger: silentLogger,
    onProgress: ({ phase }) => {
      if (!at.has(phase)) at.set(phase, transactionOf(join(folder, "catalog", "data.mdb")));
    },
  });
  const { counters } = snapshot;
  const writes = (at.get("publishing") ?? 0) - (at.get("scanning") ?? 0);
  return { entries: counters.files + counters.directories, counters, writes };
}

function source({ connectionString, account }: RoleOptions): Source {
  return new AzureFilesSource({
    target: { account, share: "bench", folder: [] },
    credentials: { kind: "connection-string", text: new Secret(connectionString) },
    owner: "bench",
    logger: silentLogger,
  });
}

function withoutReading(inner: Source): Source {
  return {
    uri: inner.uri,
    check: (options) => inner.check(options),
    async open(options): Promise<SourceSession> {
      const session = await inner.open(options);
      return {
        consistent: session.consistent,
        root: (own) => session.root(own),
        list: (path, own) => session.list(path, own),
        describe: (_, entry) => Promise.resolve(entry.metadata),
        async *read(_, { sizeBytes }) {
          yield Buffer.alloc(sizeBytes, sizeBytes);
        },
        async *readRange(_, { sizeBytes }, { start, end }) {
          yield Buffer.alloc(end - start, sizeBytes);
        },
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      };
    },
  };
}

/** The last one of the node tree. */
function transactionOf(path: string): number {
  const file = openSync(path, "r");
  try {
    const meta = readMeta(file);
    if (typeof meta === "string") throw new Error(`${path}: ${meta}`);
    return meta.transaction;
  } finally {
    closeSync(file);
  }
}

function peakBytes(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024;
}
