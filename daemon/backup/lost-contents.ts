/**
 * Contents that verifying has found lost in the store. They count as not stored: a file that has one is read again although
 * nothing about it has changed, and equal bytes are stored under a new id, for this snapshot and all that follow.
 */
import type { Catalog } from "../../catalog/catalog.js";
import type { BundleId, ContentId } from "../../core/ids.js";

export class LostContents {
  readonly bundles: ReadonlySet<BundleId>;
  /** Blobs, in bundles or alone. */
  readonly contents: ReadonlySet<ContentId>;

  constructor(bundles: Iterable<BundleId> = [], contents: Iterable<ContentId> = []) {
    this.bundles = new Set(bundles);
    this.contents = new Set(contents);
  }

  /** Whether any byte of the content is lost. Asks the catalog only where something is lost at all. */
  has(catalog: Pick<Catalog, "locate">, contentId: ContentId): boolean {
    if (this.bundles.size + this.contents.size === 0 || contentId === 0) return false;
    if (this.contents.has(contentId)) return true;
    const location = catalog.locate(contentId);
    if (location?.kind === "list") return location.parts.some((part) => this.has(catalog, part.contentId));
    return location?.kind === "bundled" && this.bundles.has(location.bundleId);
  }
}
