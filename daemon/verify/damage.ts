/**
 * Which stored bytes are lost, by id, so that the files they belong to can be told afterwards. A set entry takes some 40
 * bytes: it grows with the damage, not with the store.
 */
import type { CatalogReader, ContentLocation } from "../../catalog/catalog.js";
import type { BundleId, ContentId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type { ForeignContent } from "../../core/node.js";
import type { ObjectNames } from "../../store/object-names.js";

export class Damage {
  /** Of which nothing can be read. */
  readonly bundles = new Set<BundleId>();
  /** Single blobs, in bundles or alone; also contents that the catalog cannot find. */
  readonly contents = new Set<ContentId>();
  /** Of another share, when it is damaged: the object that a foreign blob lies in. */
  foreignObjectOf: ((owner: ForeignContent) => string | undefined) | undefined;
  readonly #segments = new Map<SnapshotNumber, Set<number>>();

  /** Whether any file can be hurt by it. */
  get isHarmful(): boolean {
    return this.bundles.size + this.contents.size + this.#segments.size > 0 || this.foreignObjectOf !== undefined;
  }

  /** The damaged ones. */
  *segments(): Generator<{ readonly snapshot: SnapshotNumber; readonly segment: number }> {
    for (const [snapshot, segments] of this.#segments) for (const segment of segments) yield { snapshot, segment };
  }

  addSegment(snapshot: SnapshotNumber, segment: number): void {
    const segments = this.#segments.get(snapshot) ?? new Set<number>();
    this.#segments.set(snapshot, segments.add(segment));
  }

  /** The damaged objects that a content needs, each once; "" for what the catalog cannot find. Empty when it is whole. */
  objectsOf(catalog: CatalogReader, names: ObjectNames, contentId: ContentId): ReadonlySet<string> {
    const found = new Set<string>();
    const isNone = this.bundles.size + this.contents.size === 0 && !this.foreignObjectOf;
    if (contentId === 0 || isNone) return found;
    for (const { contentId: id, location } of blobsOf(catalog, contentId)) {
      if (location?.kind === "foreign") {
        const object = this.foreignObjectOf?.(location.owner);
        if (object !== undefined) found.add(object);
        else if (this.contents.has(id)) found.add("");
        if (object !== undefined) this.contents.add(id);
        continue;
      }
      const isLost = this.contents.has(id) || (location?.kind === "bundled" && this.bundles.has(location.bundleId));
      if (!isLost) continue;
      if (!location) found.add("");
      else found.add(location.kind === "bundled" ? names.bundle(location.bundleId) : names.blob(id));
    }
    return found;
  }

  /** The damaged segment that has the metadata of a version. */
  segmentOf(catalog: CatalogReader, names: ObjectNames, version: VersionNumber): string | undefined {
    if (this.#segments.size === 0) return undefined;
    const position = catalog.segmentOf(version);
    if (!position || this.#segments.get(position.snapshot)?.has(position.segment) !== true) return undefined;
    return names.segment(position.snapshot, position.segment);
  }
}

/** A blob of a content and where it is; undefined when the catalog does not know. */
export interface LocatedBlob {
  readonly contentId: ContentId;
  readonly location: Exclude<ContentLocation, { readonly kind: "list" }> | undefined;
}

/** The blobs that make up a content. A part that is a list itself is one that cannot be found: there are none. */
export function* blobsOf(catalog: CatalogReader, contentId: ContentId): Generator<LocatedBlob> {
  const location = catalog.locate(contentId);
  if (location?.kind !== "list") {
    yield { contentId, location };
    return;
  }
  for (const { contentId: part } of location.parts) {
    if (part === 0) continue;
    const place = catalog.locate(part);
    yield { contentId: part, location: place?.kind === "list" ? undefined : place };
  }
}
