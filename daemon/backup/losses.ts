/**
 * What verifying has found lost in the store. Lost contents count as not stored: a file that has one is read again although
 * nothing about it has changed, and equal bytes are stored under a new id, for this snapshot and all that follow. A node whose metadata
 * was in a lost segment is described again, and what permission keys stood for there is asked for again.
 */
import type { Catalog } from "../../catalog/catalog.js";
import type { BundleId, ContentId, SnapshotNumber, VersionNumber } from "../../core/ids.js";

/** Which one it is. */
export interface LostSegment {
  readonly snapshot: SnapshotNumber;
  readonly segment: number;
}

export interface Lost {
  readonly bundles?: Iterable<BundleId>;
  /** Blobs, in bundles or alone. */
  readonly contents?: Iterable<ContentId>;
  readonly segments?: Iterable<LostSegment>;
}

export class Losses {
  readonly bundles: ReadonlySet<BundleId>;
  readonly contents: ReadonlySet<ContentId>;
  /** Each once. */
  readonly segments: readonly LostSegment[];
  readonly #segments: ReadonlySet<string>;

  constructor({ bundles = [], contents = [], segments = [] }: Lost = {}) {
    this.bundles = new Set(bundles);
    this.contents = new Set(contents);
    const byKey = new Map(Array.from(segments, (lost) => [keyOf(lost), lost] as const));
    this.segments = [...byKey.values()];
    this.#segments = new Set(byKey.keys());
  }

  /** Both together. */
  and(other: Losses): Losses {
    return new Losses({
      bundles: [...this.bundles, ...other.bundles],
      contents: [...this.contents, ...other.contents],
      segments: [...this.segments, ...other.segments],
    });
  }

  isSame(other: Losses): boolean {
    const count = ({ bundles, contents, segments }: Losses): number => bundles.size + contents.size + segments.length;
    return count(this) === count(other) && count(this.and(other)) === count(this);
  }

  /** Whether any byte of the content is lost. Asks the catalog only where something is lost at all. */
  hasContent(catalog: Pick<Catalog, "locate">, contentId: ContentId): boolean {
    if (this.bundles.size + this.contents.size === 0 || contentId === 0) return false;
    if (this.contents.has(contentId)) return true;
    const location = catalog.locate(contentId);
    if (location?.kind === "list") return location.parts.some((part) => this.hasContent(catalog, part.contentId));
    return location?.kind === "bundled" && this.bundles.has(location.bundleId);
  }

  /** Whether the metadata of a version is lost. Asks the catalog only where a segment is. */
  hasMetadata(catalog: Pick<Catalog, "segmentOf">, version: VersionNumber): boolean {
    if (this.#segments.size === 0) return false;
    const position = catalog.segmentOf(version);
    return position !== undefined && this.#segments.has(keyOf(position));
  }

  /** Whether what a permission key stands for now is lost. Asks the catalog only where a segment is. */
  hasPermission(catalog: Pick<Catalog, "permissionOf">, key: string): boolean {
    if (this.#segments.size === 0) return false;
    const position = catalog.permissionOf(key);
    return position !== undefined && this.#segments.has(keyOf(position));
  }
}

function keyOf({ snapshot, segment }: LostSegment): string {
  return `${snapshot}/${segment}`;
}
