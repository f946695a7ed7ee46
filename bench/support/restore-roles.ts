/** What the restore's benchmark runs in processes of their own, so that each one's memory is its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { silentLogger } from "../../core/logger.js";
import { Secret } from "../../core/secret.js";
import { choose } from "../../daemon/restore/choose.js";
import { measure } from "../../daemon/restore/measure.js";
import { openTarget } from "../../daemon/restore/open-target.js";
import { restore } from "../../daemon/restore/restore.js";
import { BlobCache } from "../../fs/content/blob-cache.js";
import { mountedShare } from "../../fs/mounted-share.js";
import { LocalStore } from "../../store/backends/local-store.js";
import { ShareStore } from "../../store/share-store.js";
import { MemoryWatch } from "./memory-watch.js";

export interface RestoreRole {
  /** State and store of the backup. */
  readonly folder: string;
  /** As `restore --to` has it. */
  readonly to: string;
  readonly connectionString?: string | undefined;
  readonly isPlan: boolean;
}

export interface RestoreOutcome {
  readonly files: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly errors: number;
  readonly seconds: number;
  /** User and system time of this process. */
  readonly cpuSeconds: number;
  /** The most it held at once (VmHWM), and what of it was no file. */
  readonly peakBytes: number;
  readonly anonymousBytes: number;
}

const SHARE = { tenant: "bench", share: "share" };

/** All of the newest snapshot, and what is there and not in it is deleted. */
export async function playRestore({ folder, to, connectionString, isPlan }: RestoreRole): Promise<RestoreOutcome> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  using memory = new MemoryWatch();
  const catalog = openCatalogReader(join(folder, "catalog"));
  const store = await ShareStore.open(await LocalStore.open(join(folder, "store")), SHARE);
  const cache = new BlobCache();
  await using share = mountedShare({ catalog, store, cache, close: () => catalog[Symbol.asyncDispose]() });
  const { signal } = new AbortController();
  const snapshot = { kind: "latest", back: 0 } as const;
  const { view, entry, path, selection } = choose(catalog, { share: SHARE, snapshot, path: [] }, {});
  await measure(view, entry, path, selection, signal);
  const credentials = connectionString && ({ kind: "connection-string", text: new Secret(connectionString) } as const);
  await using target = openTarget({ url: to, ...(credentials && { credentials }) }, { logger: silentLogger });
  const { files, unchanged, deleted, errors } = await restore({
    view,
    entry,
    path,
    selection,
    content: share.content,
    metadata: share.metadata,
    target,
    overwrite: "if-different",
    delete: true,
    dryRun: isPlan,
    signal,
  });
  const { user, system } = process.cpuUsage(cpu);
  return {
    files,
    unchanged,
    deleted,
    errors,
    seconds: (performance.now() - begun) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024,
    anonymousBytes: memory.take().anonymousBytes,
  };
}
