/** Who reads beside a prune: mounts that were opened before, whose catalog does or does not learn of it. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDedupIndex } from "../../../catalog/dedup-index.js";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import type { CatalogReader } from "../../../catalog/catalog.js";
import type { SnapshotNumber } from "../../../core/ids.js";
import { prune } from "../../../daemon/prune/prune.js";
import { BlobCache } from "../../../fs/content/blob-cache.js";
import { mountedShare } from "../../../fs/mounted-share.js";
import { OpenShare } from "../../../fs/open-share.js";
import { World } from "../backup/support/world.js";
import { bringBack, makeOldContents, SETTINGS } from "./support/old-contents.js";

const newest = 4 as SnapshotNumber;
const rules = { policy: { last: 1 }, rewriteBelow: 1 };

async function setUp() {
  const world = await World.create({ settings: SETTINGS });
  await makeOldContents(world);
  await bringBack(world);
  await world.backup();
  const open = (catalog: CatalogReader): OpenShare =>
    new OpenShare(mountedShare({ catalog, store: world.store, cache: new BlobCache(), close: async () => {} }));
  return { world, share: open(world.catalog) };
}

/** Every file of the newest snapshot, by way of a mount's content reader that has nothing in its cache. */
async function readAll(share: OpenShare): Promise<number> {
  let files = 0;
  for (const entry of share.mounted.catalog.entries(newest)) {
    if (entry.kind !== "file") continue;
    const bytes = await share.mounted.content.read(entry.contentId, entry.sizeBytes, 0, entry.sizeBytes);
    expect(bytes.length).toBe(entry.sizeBytes);
    files++;
  }
  return files;
}

it("a mount that was open before lists what is kept, and reads what was moved", async () => {
  const { world, share } = await setUp();
  await using _ = world;
  expect(share.snapshots()).toHaveLength(4);
  const view = share.view(1 as SnapshotNumber);
  const result = await prune({ ...world.parts, clock: world.clock, ...rules });
  expect(result.rewritten.objects).toBeGreaterThan(0);
  expect(share.snapshots().map(({ number }) => number)).toEqual([newest]);
  // Whoever holds a folder of a snapshot that is gone still sees its names.
  expect(view.root).toBeDefined();
  expect(() => world.catalog.view(1 as SnapshotNumber)).toThrow(/was removed by a prune/);
  expect(await readAll(share)).toBeGreaterThan(5);
});

it("a mount whose catalog does not learn of the prune finds what was moved in the store's records", async () => {
  const { world, share } = await setUp();
  await using _ = world;
  const folder = join(world.directory.path, "elsewhere");
  await using catalog = openCatalog(folder);
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  const result = await prune({ store: world.store, catalog, dedup, clock: world.clock, ...rules });
  expect(result.rewritten.objects).toBeGreaterThan(0);
  expect(world.catalog.prune()).toBeUndefined();
  world.objects.reset();
  const files = await readAll(share);
  expect(files).toBeGreaterThan(5);
  // The records are read once, and nothing is asked for what was not moved.
  expect(world.objects.counts.list).toBeLessThanOrEqual(files);
});
