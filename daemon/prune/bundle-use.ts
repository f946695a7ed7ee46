/** How much of each bundle in the store is reached: 25 bytes a bundle, some 1.6 MB for a terabyte. */
import type { CatalogReader } from "../../catalog/catalog.js";
import { IdSet } from "../../core/id-set.js";
import type { BundleId } from "../../core/ids.js";
import type { Pace } from "../../core/pace.js";
import type { ObjectTable } from "../verify/object-table.js";
import type { References } from "./references.js";

export interface UsedBundle {
  readonly id: BundleId;
  readonly sizeBytes: number;
  /** How many blobs the catalog knows to have been put into it; 0 for one that no segment and no record names. */
  readonly members: number;
  /** How many of them lie there now and are reached. */
  readonly alive: number;
  /** Whether a segment that the catalog does not have has brought it: all of it counts as reached then. */
  readonly isFresh: boolean;
}

export class BundleUse {
  readonly #ids: Float64Array;
  readonly #sizes: Float64Array;
  readonly #members: Uint32Array;
  readonly #alive: Uint32Array;
  readonly #references: References;
  /** Contents that are no longer where backups have put them. */
  readonly moved = new IdSet();

  private constructor(bundles: ObjectTable<BundleId>, references: References) {
    this.#ids = new Float64Array(bundles.count);
    this.#sizes = new Float64Array(bundles.count);
    this.#members = new Uint32Array(bundles.count);
    this.#alive = new Uint32Array(bundles.count);
    this.#references = references;
    let at = 0;
    for (const { id, sizeBytes } of bundles.entries()) {
      this.#ids[at] = id;
      this.#sizes[at++] = sizeBytes;
    }
  }

  static async count(
    catalog: CatalogReader,
    bundles: ObjectTable<BundleId>,
    references: References,
    pace: Pace,
  ): Promise<BundleUse> {
    const use = new BundleUse(bundles, references);
    for (const range of catalog.movedRanges()) {
      for (let id = range.first; id < range.first + range.count; id++) use.moved.add(id);
      use.#add(range.bundleId, range.first, range.count, () => true);
      const pause = pace.step(range.count);
      if (pause) await pause;
    }
    for (const range of catalog.bundledRanges()) {
      use.#add(range.bundleId, range.first, range.count, (id) => !use.moved.has(id));
      const pause = pace.step(range.count);
      if (pause) await pause;
    }
    return use;
  }

  /** Ascending by id. */
  *[Symbol.iterator](): Generator<UsedBundle> {
    for (let at = 0; at < this.#ids.length; at++) yield this.#at(at);
  }

  /** @returns undefined when the store does not have it */
  get(id: BundleId): UsedBundle | undefined {
    const at = this.#find(id);
    return at < 0 ? undefined : this.#at(at);
  }

  #at(at: number): UsedBundle {
    const id = (this.#ids[at] ?? 0) as BundleId;
    return {
      id,
      sizeBytes: this.#sizes[at] ?? 0,
      members: this.#members[at] ?? 0,
      alive: this.#alive[at] ?? 0,
      isFresh: this.#references.bundles.has(id),
    };
  }

  #add(bundle: BundleId, first: number, count: number, isHere: (id: number) => boolean): void {
    const at = this.#find(bundle);
    if (at < 0) return;
    let alive = 0;
    const { contents } = this.#references;
    for (let id = first; id < first + count; id++) if (contents.has(id) && isHere(id)) alive++;
    this.#members[at] = (this.#members[at] ?? 0) + count;
    this.#alive[at] = (this.#alive[at] ?? 0) + alive;
  }

  #find(id: number): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return this.#ids[low] === id ? low : -1;
  }
}
