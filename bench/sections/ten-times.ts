/** Time and memory of a mount after walking a generated tree of so many nodes, straight from a catalog. */
import { join } from "node:path";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import type { Cleanup } from "../support/cleanup.js";
import { withVersions } from "../support/batch-queue.js";
import { dropCaches } from "../support/kernel.js";
import { secondsOf } from "../support/seconds-of.js";
import { serveMount, type Residency } from "../support/served-mount.js";
import { snapshotRecord } from "../support/snapshot-record.js";
import { TreeGenerator } from "../support/tree-generator.js";

export interface Walked {
  readonly nodes: number;
  readonly seconds: number;
  readonly memory: Residency;
}

const SERVER = join(import.meta.dirname, "../support/catalog-server.js");

export async function generateCatalog(folder: string, nodes: number): Promise<void> {
  await using catalog = openCatalog(join(folder, "catalog"));
  const { number } = await catalog.begin();
  let segment = 0;
  for (const batch of new TreeGenerator({ nodes, seed: 1 }).batches()) {
    await catalog.apply(number, segment++, withVersions(batch, catalog.next().version));
  }
  await catalog.publish(snapshotRecord(number, catalog.totals()));
}

export async function walkCatalog(
  options: { readonly folder: string; readonly mountPoint: string; readonly transport: string; readonly nodes: number },
  cleanup: Cleanup,
): Promise<Walked> {
  const { folder, mountPoint, transport, nodes } = options;
  const args = [SERVER, folder, mountPoint, transport];
  const served = await serveMount({ program: process.execPath, args, mountPoint, firstFolder: mountPoint }, cleanup);
  dropCaches();
  cleanup.signal.throwIfAborted();
  const seconds = await secondsOf("find", [join(mountPoint, "latest/"), "-printf", "%s %T@ %p\\n"]);
  const memory = served.memory();
  await served.unmount();
  return { nodes, seconds, memory };
}
