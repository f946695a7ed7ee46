/**
 * Bringing a catalog up to the store. The catalog is the fold of the store's segments, so one that is new, lost or
 * stopped between a manifest and its own mark is mended by applying what it has not seen. The store decides: a
 * snapshot exists when its manifest does.
 */
import type { Catalog } from "../../catalog/catalog.js";
import type { DedupIndex } from "../../catalog/dedup-index.js";
import { DamagedError, SharestrataError } from "../../core/errors.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { formatShareName } from "../../core/names.js";
import type { ChangeBatch } from "../../core/node.js";
import type { ShareStore } from "../../store/share-store.js";

export interface CatchUpParts {
  readonly store: ShareStore;
  readonly catalog: Catalog;
  readonly dedup: DedupIndex;
}

/**
 * Applies and publishes every snapshot that the store has and the catalog has not.
 * @returns how many snapshots were added
 * @throws DamagedError when the catalog knows a snapshot that the store has lost, or a segment does not verify
 */
export async function catchUp(parts: CatchUpParts, signal?: AbortSignal): Promise<number> {
  const { store, catalog } = parts;
  const last = catalog.snapshots().at(-1)?.number;
  if (last !== undefined) await expectManifest(store, last, signal);
  let added = 0;
  const missing = store.manifests({ signal, ...(last === undefined ? {} : { after: last }) });
  for await (const number of missing) {
    const manifest = await store.getManifest(number, { signal });
    const begun = await catalog.begin();
    if (begun.number !== number) {
      throw new DamagedError(`Snapshot ${begun.number} of ${formatShareName(store.share)} is missing in the store.`, {
        where: store.names.manifest(begun.number),
      });
    }
    for (let segment = begun.segments; segment < manifest.segments.length; segment++) {
      await applySegment(parts, number, segment, signal);
    }
    await catalog.publish(manifest);
    added++;
  }
  return added;
}

/**
 * Applies what an interrupted backup journalled but did not apply. What it did apply is passed over, and completed where
 * the kill came between the node tree and the indexes beside it.
 * @returns the batches of the unfinished snapshot's segments, all applied now
 */
export async function takeUp(
  parts: CatchUpParts,
  snapshot: SnapshotNumber,
  applied: number,
  signal?: AbortSignal,
): Promise<readonly ChangeBatch[]> {
  const batches: ChangeBatch[] = [];
  for await (const { number } of parts.store.segments(snapshot, { signal })) {
    if (number !== batches.length) break;
    batches.push(await applySegment(parts, snapshot, number, signal));
  }
  if (batches.length < applied) {
    throw new DamagedError(
      `Segment ${batches.length} of the unfinished snapshot ${snapshot} is missing in the store.`,
      {
        where: parts.store.names.segment(snapshot, batches.length),
      },
    );
  }
  return batches;
}

async function applySegment(
  { store, catalog, dedup }: CatchUpParts,
  snapshot: SnapshotNumber,
  segment: number,
  signal: AbortSignal | undefined,
): Promise<ChangeBatch> {
  const batch = await store.getSegment(snapshot, segment, { signal });
  await catalog.apply(snapshot, segment, batch);
  await dedup.add(batch.contents);
  return batch;
}

async function expectManifest(
  store: ShareStore,
  number: SnapshotNumber,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (await store.objects.stat(store.names.manifest(number), { signal })) return;
  const share = formatShareName(store.share);
  throw new SharestrataError(
    "DAMAGED",
    `The store ${store.objects.uri} has lost snapshot ${number} of ${share}, which the catalog knows: is it the right store?`,
    { where: store.names.manifest(number), share },
  );
}
