/**
 * What prune records say of the store: which objects may be gone, though manifests and segments name them, and which bundles hold
 * contents that were moved. All records are read and verified; of what they list only the newest state is kept.
 */
import type { CatalogReader } from "../../catalog/catalog.js";
import { isInRanges } from "../../core/id-range.js";
import type { PruneNumber } from "../../core/ids.js";
import type { PruneRecord } from "../../core/prune-record.js";
import type { ShareStore } from "../../store/share-store.js";
import type { IoOptions } from "../../store/object-store.js";
import { isDamage, type Report } from "./finding.js";
import type { NamedObject } from "./named-objects.js";

type Listed = Pick<PruneRecord, "number" | "bundles" | "blobs" | "rewritten">;

export class PrunedObjects {
  readonly #store: ShareStore;
  readonly #report: Report;
  readonly #options: IoOptions;
  readonly #records: Listed[] = [];
  #last = 0;
  /** Records behind this one are newer than what the catalog knows: entries that it shows may be gone with them. */
  #known = 0;
  /** Whether a record cannot be read. */
  isDamaged = false;

  constructor(store: ShareStore, report: Report, options: IoOptions) {
    this.#store = store;
    this.#report = report;
    this.#options = options;
  }

  /** Reads every record there is. */
  async read(catalog: CatalogReader | undefined): Promise<void> {
    await this.#readOn();
    this.#known = catalog ? (catalog.prune() ?? 0) : this.#last;
  }

  get count(): number {
    return this.#records.length;
  }

  /** Bundles that records have brought and that no later one lists. */
  *rewritten(): Generator<NamedObject> {
    for (const { number, rewritten } of this.#records) {
      for (const { bundleId, sizeBytes, sha256 } of rewritten) {
        if (!this.#isListed("bundle", bundleId, number)) yield { kind: "bundle", id: bundleId, sizeBytes, sha256 };
      }
    }
  }

  /**
   * Whether an object may be missing.
   * @param isNeeded whether an entry of the catalog needs it: then only a prune that the catalog does not know of can have deleted it
   */
  async mayBeGone(kind: "bundle" | "blob", id: number, isNeeded: boolean): Promise<boolean> {
    const after = isNeeded ? this.#known : 0;
    if (this.#isListed(kind, id, after)) return true;
    // A prune may have come in between.
    return (await this.#readOn()) && this.#isListed(kind, id, after);
  }

  /** Whether some record that was read lists an object. */
  isListed(kind: "bundle" | "blob", id: number): boolean {
    return this.#isListed(kind, id, 0);
  }

  /** @param after only records behind this one */
  #isListed(kind: "bundle" | "blob", id: number, after: number): boolean {
    return this.#records.some(
      ({ number, bundles, blobs }) => number > after && isInRanges(kind === "bundle" ? bundles : blobs, id),
    );
  }

  /** @returns whether there are new ones */
  async #readOn(): Promise<boolean> {
    const { prunes, names } = this.#store;
    let numbers: readonly PruneNumber[] = [];
    try {
      numbers = await prunes.numbers(this.#last, this.#options);
    } catch (error) {
      if (!isDamage(error)) throw error;
      await this.#damaged(`${error.fields["where"]}`, "missing", error.message);
      return false;
    }
    for (const number of numbers) {
      this.#last = number;
      try {
        const { bundles, blobs, rewritten } = await prunes.get(number, this.#options);
        this.#records.push({ number, bundles, blobs, rewritten });
      } catch (error) {
        if (!isDamage(error)) throw error;
        await this.#damaged(names.prune(number), "damaged", error.message);
      }
    }
    return numbers.length > 0;
  }

  async #damaged(object: string, problem: "missing" | "damaged", message: string): Promise<void> {
    if (this.isDamaged) return;
    this.isDamaged = true;
    await this.#report({ kind: "prune", object, problem, message });
  }
}
