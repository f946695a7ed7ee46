/**
 * A process that reads catalogs which may be damaged: everything that can be listed of each, and what a check finds. A line
 * before each catalog and a line with the answer behind it, so that whoever started it knows which one it did not survive.
 *
 *     node read-all.js FOLDER…
 */
import { createHash } from "node:crypto";
import { CatalogCheck } from "../../../catalog/check/catalog-check.js";
import { diffTrees } from "../../../catalog/diff.js";
import { openCatalogReader } from "../../../catalog/lmdb-catalog.js";
import { SharestrataError } from "../../../core/errors.js";
import type { NodeId } from "../../../core/ids.js";
import { walk } from "../../catalog/support/model.js";

export interface Reading {
  readonly folder: string;
  /** Of everything that was listed; or the code of the error that came, or what else was thrown. */
  readonly listing: string;
  /** What the check found first, and how much; or what it threw. */
  readonly check: string;
}

/** Finding a path takes longer than listing. */
const PATH_EVERY = 11;

for (const folder of process.argv.slice(2)) {
  console.log(`reading ${folder}`);
  const check = await answered(() => checked(folder));
  const listing = await answered(() => listed(folder));
  console.log(JSON.stringify({ folder, listing, check } satisfies Reading));
}

async function answered(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SharestrataError) return `error ${error.name} ${error.code}`;
    return `thrown ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

async function listed(folder: string): Promise<string> {
  await using catalog = openCatalogReader(folder);
  const hash = createHash("sha256");
  const snapshots = catalog.snapshots();
  let before = snapshots[0];
  for (const snapshot of snapshots) {
    const view = catalog.view(snapshot.number);
    hash.update(JSON.stringify([snapshot.number, snapshot.files, ...walk(view)]));
    for (const { nodeId, parentId, posix } of catalog.entries(snapshot.number)) {
      const path = nodeId % PATH_EVERY === 0 ? view.pathOf(nodeId) : undefined;
      hash.update(JSON.stringify([nodeId, parentId, posix, path]));
    }
    for (const { kind, path } of diffTrees(catalog.view((before ?? snapshot).number), view)) {
      hash.update(JSON.stringify([kind, path]));
    }
    before = snapshot;
  }
  for (let id = 1; id < 8000; id += 7) {
    hash.update(
      JSON.stringify([catalog.locate(id as never), catalog.segmentOf(id as never), catalog.placesOf(id as NodeId)]),
    );
  }
  return `listed ${hash.digest("hex").slice(0, 16)}`;
}

async function checked(folder: string): Promise<string> {
  const check = new CatalogCheck(folder);
  let first: string | undefined;
  for await (const { where, message } of check.run()) first ??= `${where}: ${message}`;
  return first === undefined ? "sound" : `damaged (${check.counts.problems}) ${first}`;
}
