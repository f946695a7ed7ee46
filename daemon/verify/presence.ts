/** Whether objects that must be there are there, with the right size: asked of the inventory, so no store is asked. */
import type { CatalogReader } from "../../catalog/catalog.js";
import type { BundleId, ContentId, SnapshotNumber } from "../../core/ids.js";
import type { Pace } from "../../core/pace.js";
import { BLOB_HEADER_BYTES } from "../../store/content/blob-object.js";
import type { ObjectNames } from "../../store/object-names.js";
import { blobsOf, type Damage } from "./damage.js";
import { absence, type Report } from "./finding.js";
import type { Inventory } from "./inventory.js";
import type { NamedObject } from "./named-objects.js";

export interface PresenceOptions {
  readonly names: ObjectNames;
  readonly inventory: Inventory;
  readonly damage: Damage;
  readonly report: Report;
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
      return this.#bundle(object.id, object.sizeBytes);
    }
    inventory.blobs.markNamed(object.id);
    return this.#blob(object.id, object.plainBytes);
  }

  /**
   * Looks whether what the entries refer to is there, and marks it as needed.
   * @param snapshot undefined for all of them
   */
  async ofEntries(catalog: CatalogReader, snapshot: SnapshotNumber | undefined, pace: Pace): Promise<void> {
    const entries = snapshot === undefined ? catalog.versions() : catalog.entries(snapshot);
    const { inventory, damage } = this.#options;
    for (const { contentId } of entries) {
      const pause = pace.step();
      if (pause) await pause;
      if (contentId === 0) continue;
      for (const { contentId: id, location } of blobsOf(catalog, contentId)) {
        if (!location) {
          if (!damage.contents.has(id)) await this.#unknown(catalog, id);
        } else if (location.kind === "bundled") {
          inventory.bundles.markNeeded(location.bundleId);
          await this.#bundle(location.bundleId, undefined);
        } else {
          inventory.blobs.markNeeded(id);
          await this.#blob(id, undefined);
        }
      }
    }
  }

  async #bundle(id: BundleId, expected: number | undefined): Promise<boolean> {
    const { inventory, damage, names, report } = this.#options;
    if (damage.bundles.has(id)) return false;
    const found = inventory.bundles.sizeOf(id);
    if (found !== undefined && (expected === undefined || found === expected)) return true;
    damage.bundles.add(id);
    await report({ kind: "bundle", ...absence(names.bundle(id), found, `${expected ?? ""}`) });
    return false;
  }

  async #blob(id: ContentId, plainBytes: number | undefined): Promise<boolean> {
    const { inventory, damage, names, report } = this.#options;
    if (damage.contents.has(id)) return false;
    const found = inventory.blobs.sizeOf(id);
    const most = plainBytes === undefined ? Number.MAX_SAFE_INTEGER : BLOB_HEADER_BYTES + plainBytes;
    if (found !== undefined && found > BLOB_HEADER_BYTES && found <= most) return true;
    damage.contents.add(id);
    const range = plainBytes === undefined ? `more than ${BLOB_HEADER_BYTES}` : `${BLOB_HEADER_BYTES + 1} to ${most}`;
    await report({ kind: "blob", ...absence(names.blob(id), found, range) });
    return false;
  }

  async #unknown(catalog: CatalogReader, id: ContentId): Promise<void> {
    const { damage, report } = this.#options;
    damage.contents.add(id);
    const message = `The catalog in ${catalog.folder} does not know where the blob ${id} lies: build it anew with sharestrata catalog rebuild.`;
    await report({ kind: "catalog", object: catalog.folder, problem: "damaged", message });
  }
}
