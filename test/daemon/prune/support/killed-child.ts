// A backup or a prune in a process of its own that kills itself at one of its steps on the store; says so at its end otherwise.
// Usage: node killed-child.js '<KilledChildOptions as JSON>'
import { writeSync } from "node:fs";
import { openDedupIndex } from "../../../../catalog/dedup-index.js";
import { openCatalog } from "../../../../catalog/lmdb-catalog.js";
import { silentLogger } from "../../../../core/logger.js";
import { runBackup } from "../../../../daemon/backup/run-backup.js";
import { prune } from "../../../../daemon/prune/prune.js";
import { openSource } from "../../../../daemon/sources/open-source.js";
import { LocalStore } from "../../../../store/backends/local-store.js";
import { ShareStore } from "../../../../store/share-store.js";
import { share, tickingClock } from "../../backup/support/world.js";
import type { ObjectStore } from "../../../../store/object-store.js";

export interface KilledChildOptions {
  readonly job: "backup" | "prune";
  /** Holds `source`, `store` and `state`. */
  readonly folder: string;
  /** Half steps, from 1: an odd one is before a write or deletion, the even one behind it is after it. */
  readonly killAt: number;
  /** When its time begins. */
  readonly startMs: number;
}

const { job, folder, killAt, startMs } = JSON.parse(process.argv[2] ?? "{}") as KilledChildOptions;
let halfSteps = 0;
const half = (): void => {
  if (++halfSteps === killAt) process.kill(process.pid, "SIGKILL");
};
const write = async <T>(operation: () => Promise<T>): Promise<T> => {
  half();
  const result = await operation();
  half();
  return result;
};
const inner = await LocalStore.open(`${folder}/store`);
const objects: ObjectStore = {
  uri: inner.uri,
  put: (...args) => write(() => inner.put(...args)),
  putIfAbsent: (...args) => write(() => inner.putIfAbsent(...args)),
  delete: (...args) => write(() => inner.delete(...args)),
  get: (...args) => inner.get(...args),
  getRange: (...args) => inner.getRange(...args),
  stat: (...args) => inner.stat(...args),
  list: (...args) => inner.list(...args),
  [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
};
const store = await ShareStore.open(objects, share);
const catalog = openCatalog(`${folder}/state/catalog`);
const dedup = openDedupIndex(`${folder}/state/catalog/dedup`, () => catalog.next().content);
const clock = tickingClock(startMs);
const parts = { store, catalog, dedup, clock };
if (job === "prune") await prune({ ...parts, policy: { last: 1 }, rewriteBelow: 1 });
else {
  const source = openSource({ url: `file://${folder}/source` }, { logger: silentLogger });
  await runBackup({ ...parts, share, source, logger: silentLogger });
}
await dedup[Symbol.asyncDispose]();
await catalog[Symbol.asyncDispose]();
writeSync(1, `${halfSteps}\n`);
