/**
 * Whether objects that must be there are there, with the right size: asked of the inventory. Only what is not in it is asked of
 * the store, once: a backup may have ended since the listing, and the catalog's entries know its objects.
 */
import type { CatalogReader, EntryVersion } from "../../catalog/catalog.js";
import { Published } from "../../catalog/published.js";
import type { BundleId, ContentId, SnapshotNumber } from "../../core/ids.js";
import type { Pace } from "../../core/pace.js";
import { blobObjectOverhead } from "../../store/content/blob-object.js";
import type { ShareStore } from "../../store/share-store.js";
import { blobsOf, type Damage } from "./damage.js";
import { absence, type Report } from "./finding.js";
import type { ForeignObjects } from "./foreign-objects.js";
import type { Inventory } from "./inventory.js";
import type { NamedObject } from "./named-objects.js";
import type { PrunedObjects } from "./pruned-objects.js";

export interface PresenceOptions {
  readonly store: ShareStore;
  readonly inventory: Inventory;
  /** Default: what other shares have stored is not looked at. */
  readonly foreign?: ForeignObjects | undefined;
  readonly pruned: PrunedObjects;
  readonly damage: Damage;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

export class Presence {
  readonly #options: PresenceOptions;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** @returns whether the object can be what it must be, as far as its size says */
  async expect(object: NamedObject): Promise<boolean> {
    const { inventory } = this.#options;
    if (object.kind === "bundle") {
      inventory.bundles.markNamed(object.id);
      return this.#bundle(object.id, object.sizeBytes, inventory.bundles.isNeeded(object.id));
    }
    inventory.blobs.markNamed(object.id);
    return this.#blob(object.id, object.plainBytes, inventory.blobs.isNeeded(object.id));
  }

  /**
   * Looks whether what the entries refer to is there, and marks it as needed.
   * @param snapshot undefined for all of them
   * @param onEntries called now and then with how many entries have been looked at
   */
  async ofEntries(
    catalog: CatalogReader,
    snapshot: SnapshotNumber | undefined,
    pace: Pace,
    onEntries: (entries: number) => void = () => {},
  ): Promise<void> {
    let looked = 0;
    const entries = snapshot === undefined ? catalog.versions() : catalog.entries(snapshot);
    const { inventory, damage, foreign } = this.#options;
    const published = new Published(catalog);
    for (const entry of entries) {
      const { contentId } = entry;
      const pause = pace.step();
      looked++;
      if (pause) {
        onEntries(looked);
        await pause;
      }
      // What only snapshots had that are removed may be gone.
      if (contentId === 0 || ("until" in entry && !published.spanOf(entry as EntryVersion))) continue;
      for (const { contentId: id, location } of blobsOf(catalog, contentId)) {
        if (!location) {
          if (!damage.contents.has(id)) await this.#unknown(catalog, id);
        } else if (location.kind === "foreign") {
          await foreign?.expect(id, location.owner);
        } else if (location.kind === "bundled") {
          inventory.bundles.markNeeded(location.bundleId);
          await this.#bundle(location.bundleId, undefined, true);
        } else {
          inventory.blobs.markNeeded(id);
          await this.#blob(id, undefined, true);
        }
      }
    }
  }

  async #bundle(id: BundleId, expected: number | undefined, isNeeded: boolean): Promise<boolean> {
    const { inventory, damage, pruned, store, report } = this.#options;
    if (damage.bundles.has(id)) return false;
    const name = store.names.bundle(id);
    const found = inventory.bundles.sizeOf(id) ?? (await this.#late(name));
    if (found !== undefined && (expected === undefined || found === expected)) return true;
    if (found === undefined && (await pruned.mayBeGone("bundle", id, isNeeded))) return false;
    damage.bundles.add(id);
    await report({ kind: "bundle", ...absence(name, found, `${expected ?? ""}`) });
    return false;
  }

  async #blob(id: ContentId, plainBytes: number | undefined, isNeeded: boolean): Promise<boolean> {
    const { inventory, damage, pruned, store, report } = this.#options;
    if (damage.contents.has(id)) return false;
    const name = store.names.blob(id);
    const found = inventory.blobs.sizeOf(id) ?? (await this.#late(name));
    const overhead = blobObjectOverhead(store.sealing);
    const most = plainBytes === undefined ? Number.MAX_SAFE_INTEGER : overhead + plainBytes;
    if (found !== undefined && found > overhead && found <= most) return true;
    if (found === undefined && (await pruned.mayBeGone("blob", id, isNeeded))) return false;
    damage.contents.add(id);
    const range = plainBytes === undefined ? `more than ${overhead}` : `${overhead + 1} to ${most}`;
    await report({ kind: "blob", ...absence(name, found, range) });
    return false;
  }

  async #late(name: string): Promise<number | undefined> {
    const { store, signal } = this.#options;
    return (await store.objects.stat(name, { signal }))?.sizeBytes;
  }

  async #unknown(catalog: CatalogReader, id: ContentId): Promise<void> {
    const { damage, report } = this.#options;
    damage.contents.add(id);
    const message = `The catalog in ${catalog.folder} does not know where the blob ${id} lies: build it anew with sharestrata catalog rebuild.`;
    await report({ kind: "catalog", object: catalog.folder, problem: "damaged", message });
  }
}
