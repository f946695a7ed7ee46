/**
 * Deleting what a prune record lists, and nothing else of the store. A record that nobody can begin a backup without knowing is
 * safe; of what it lists, what is reached all the same stays: a backup that ran beside the prune has gone on referring to it.
 */
import type { CatalogReader } from "../../catalog/catalog.js";
import { isInRanges } from "../../core/id-range.js";
import type { BundleId, FencingNumber, PruneNumber, SnapshotNumber } from "../../core/ids.js";
import { Pace } from "../../core/pace.js";
import type { PruneRecord } from "../../core/prune-record.js";
import type { ShareStore } from "../../store/share-store.js";
import type { IoOptions } from "../../store/object-store.js";
import { Inventory, count, type Amount } from "../verify/inventory.js";
import { BundleUse } from "./bundle-use.js";
import { References } from "./references.js";
import type { TenantUse } from "./tenant-use.js";
import type { LeaseSight } from "./running-backup.js";

/**
 * The newest record that every backup knows which may be writing now or later.
 * @param newest the newest there is, as of before the lease was looked at
 * @returns undefined when there is none
 */
export async function newestSafe(
  store: ShareStore,
  newest: PruneNumber,
  { highest, isRunning }: LeaseSight,
  options: IoOptions,
): Promise<PruneNumber | undefined> {
  if (!isRunning) return newest;
  for (let number = newest as number; number > 1; number--) {
    const { fencing = 0 as FencingNumber } = await store.prunes.get(number as PruneNumber, options);
    // Whoever wrote it knew the one before it, and at that time the running backup had not taken its lease yet.
    if (fencing < (highest ?? 0)) return (number - 1) as PruneNumber;
  }
  return undefined;
}

export interface SweepOptions {
  readonly store: ShareStore;
  /** Has applied the record. */
  readonly catalog: CatalogReader;
  readonly record: PruneRecord;
  readonly kept: readonly { readonly number: SnapshotNumber }[];
  readonly newest: number;
  readonly tenant?: TenantUse | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with how many objects are deleted. */
  readonly onDeleted?: ((objects: number) => void) | undefined;
}

/** @returns what is deleted */
export async function sweep(options: SweepOptions): Promise<Amount> {
  const { store, catalog, record, kept, newest, tenant, signal, onDeleted } = options;
  const pace = new Pace(signal);
  const references = new References();
  // No backup that does not know the record writes any more, so nothing that is not found now will ever refer to what it lists.
  await references.addSegments(store, newest, { signal });
  await references.addEntries(catalog, kept, newest, pace);
  await references.addShared(store, catalog, { tenant, isLast: true }, pace);
  await references.addParts(catalog, pace);
  const inventory = await Inventory.take(store, { signal });
  const use = await BundleUse.count(catalog, inventory.bundles, references, pace);
  const deleted = { objects: 0, bytes: 0 };
  const remove = async (name: string, sizeBytes: number): Promise<void> => {
    signal?.throwIfAborted();
    await store.objects.delete(name, { signal });
    count(deleted, sizeBytes);
    onDeleted?.(deleted.objects);
  };
  const rewritten = new Set<BundleId>(record.rewritten.map(({ bundleId }) => bundleId));
  for (const { id, sizeBytes, alive, isFresh } of use) {
    const isDead = alive === 0 && !isFresh && !rewritten.has(id);
    if (isDead && isInRanges(record.bundles, id)) await remove(store.names.bundle(id), sizeBytes);
  }
  for (const { id, sizeBytes } of inventory.blobs.entries()) {
    if (!references.contents.has(id) && isInRanges(record.blobs, id)) await remove(store.names.blob(id), sizeBytes);
  }
  return deleted;
}
