/**
 * What lies in the store under a share's name, from one listing: a million objects cost the pages of a listing, not a
 * million requests. It has to be taken after the manifests are listed: whatever those name was there before them.
 */
import type { BundleId, ContentId } from "../../core/ids.js";
import { formatShareName } from "../../core/names.js";
import type { ShareStore } from "../../store/share-store.js";
import type { IoOptions } from "../../store/object-store.js";
import { ObjectTable } from "./object-table.js";

/** A number of objects and what they take. */
export interface Amount {
  objects: number;
  bytes: number;
}

export class Inventory {
  readonly bundles = new ObjectTable<BundleId>();
  readonly blobs = new ObjectTable<ContentId>();
  readonly segments: Amount = { objects: 0, bytes: 0 };
  /** Sizes by name: records and parts. Of a catalog of 40 GB there are 5000. */
  readonly checkpoints = new Map<string, number>();
  /** Names that this version would not have given. */
  readonly others: Amount = { objects: 0, bytes: 0 };

  static async take(store: ShareStore, options: IoOptions = {}): Promise<Inventory> {
    const inventory = new Inventory();
    for await (const { name, sizeBytes } of store.objects.list(`${formatShareName(store.share)}/`, options)) {
      inventory.#add(store, name, sizeBytes);
    }
    return inventory;
  }

  #add({ names, share }: ShareStore, name: string, sizeBytes: number): void {
    const bundle = names.bundleIdOf(name);
    if (bundle !== undefined) return this.bundles.add(bundle, sizeBytes);
    const blob = names.blobIdOf(name);
    if (blob !== undefined) return this.blobs.add(blob, sizeBytes);
    if (names.checkpointSnapshotOf(name) !== undefined) return void this.checkpoints.set(name, sizeBytes);
    // A lease says who writes, and nothing of what is stored; keys are read when the share is opened, prune records by themselves.
    if (names.leaseNumberOf(name) !== undefined || names.keySlotOf(name) !== undefined) return;
    if (names.pruneNumberOf(name) !== undefined) return;
    if (name === names.share || name === names.latest || names.manifestNumberOf(name) !== undefined) return;
    count(name.startsWith(`${formatShareName(share)}/segments/`) ? this.segments : this.others, sizeBytes);
  }
}

export function count(amount: Amount, bytes: number): void {
  amount.objects++;
  amount.bytes += bytes;
}
