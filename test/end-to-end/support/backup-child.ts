// A backup in a process of its own that says on stdout, at its end, how many bytes it has read from the source.
// Usage: node backup-child.js '<BackupChildOptions as JSON>'
import { writeSync } from "node:fs";
import { join } from "node:path";
import { openDedupIndex } from "../../../catalog/dedup-index.js";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import { systemClock } from "../../../core/clock.js";
import { silentLogger } from "../../../core/logger.js";
import { runBackup } from "../../../daemon/backup/run-backup.js";
import { openSource } from "../../../daemon/sources/open-source.js";
import { LocalStore } from "../../../store/backends/local-store.js";
import { ShareStore } from "../../../store/share-store.js";

export interface BackupChildOptions {
  /** Holds `source`; store and catalog are made beside it. */
  readonly folder: string;
  /** Where it kills itself. */
  readonly killAfterBytes?: number;
}

const { folder, killAfterBytes = Number.POSITIVE_INFINITY } = JSON.parse(process.argv[2] ?? "{}") as BackupChildOptions;
const share = { tenant: "acme", share: "docs" };
const objects = await LocalStore.open(join(folder, "store"), { create: true });
const known = await objects.stat("acme/docs/share.fb");
if (!known) await ShareStore.create(objects, share, {}, { clock: systemClock });
const store = await ShareStore.open(objects, share);
const catalog = openCatalog(join(folder, "catalog"));
const dedup = openDedupIndex(join(folder, "catalog", "dedup"), () => catalog.next().content);
await runBackup({
  share,
  source: openSource({ url: `file://${join(folder, "source")}` }, { logger: silentLogger }),
  store,
  catalog,
  dedup,
  clock: systemClock,
  logger: silentLogger,
  onProgress: ({ phase, counters }) => {
    if (phase !== "done" && counters.bytesRead < killAfterBytes) return;
    writeSync(1, `${counters.bytesRead}\n`);
    process.kill(process.pid, phase === "done" ? 0 : "SIGKILL");
  },
});
await dedup[Symbol.asyncDispose]();
await catalog[Symbol.asyncDispose]();
process.exit();
