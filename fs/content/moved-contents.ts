/**
 * Where contents are that a prune has moved since the catalog was brought up to the store: a mount lives on beside prunes, and on
 * another machine nobody may tell its catalog. Asked only when a bundle is found to be gone.
 */
import { LRUCache } from "lru-cache";
import type { CatalogReader } from "../../catalog/catalog.js";
import { isInRanges } from "../../core/id-range.js";
import type { BundleId, ContentId, PruneNumber } from "../../core/ids.js";
import type { RewrittenBundle } from "../../core/prune-record.js";
import type { ShareStore } from "../../store/share-store.js";
import type { IoOptions } from "../../store/object-store.js";

/** Of so many records what they have moved is kept. */
const RECORDS_KEPT = 8;

export class MovedContents {
  readonly #catalog: Pick<CatalogReader, "prune">;
  readonly #store: Pick<ShareStore, "prunes">;
  readonly #records = new LRUCache<PruneNumber, readonly RewrittenBundle[]>({ max: RECORDS_KEPT });

  constructor(catalog: Pick<CatalogReader, "prune">, store: Pick<ShareStore, "prunes">) {
    this.#catalog = catalog;
    this.#store = store;
  }

  /** @returns the bundle that has it now, undefined when no record that the catalog does not know says so; @throws as reading records */
  async find(contentId: ContentId, options: IoOptions = {}): Promise<BundleId | undefined> {
    const numbers = await this.#store.prunes.numbers(this.#catalog.prune() ?? 0, options);
    for (const number of numbers.toReversed()) {
      const rewritten = this.#records.get(number) ?? (await this.#store.prunes.get(number, options)).rewritten;
      this.#records.set(number, rewritten);
      const found = rewritten.find(({ contents }) => isInRanges(contents, contentId));
      if (found) return found.bundleId;
    }
    return undefined;
  }
}
