/**
 * Reads what the node tree does not keep (link targets, xattrs, what Azure Files knows of a file): from version to
 * segment to the put that holds it. Segments are kept as they are stored, and a put is decoded when it is asked for: decoding
 * whole segments of thousands of puts for one of them made copying out of a mount many times as slow.
 */
import { LRUCache } from "lru-cache";
import type { CatalogReader, SegmentPosition } from "../catalog/catalog.js";
import { DamagedError } from "../core/errors.js";
import type { SnapshotNumber, VersionNumber } from "../core/ids.js";
import type { SegmentView } from "../store/segments/segment-codec.js";
import type { NodeMetadata, NodePut } from "../core/node.js";

/** What is needed of the store's ShareStore. */
export interface SegmentSource {
  /** @throws DamagedError when the segment is missing or does not verify; StoreError */
  viewSegment(snapshot: SnapshotNumber, number: number): Promise<SegmentView>;
}

/** Of segments in memory, for each share: some ten, of a few megabytes each, since names in tree order jump between them. */
const SEGMENT_CACHE_BYTES = 32 * 1024 * 1024;

export class MetadataReader {
  readonly #catalog: Pick<CatalogReader, "segmentOf">;
  readonly #segments: SegmentSource;
  readonly #opened = new LRUCache<string, SegmentView>({
    maxSize: SEGMENT_CACHE_BYTES,
    sizeCalculation: ({ sizeBytes }) => sizeBytes,
  });
  readonly #flights = new Map<string, Promise<SegmentView>>();

  constructor(catalog: Pick<CatalogReader, "segmentOf">, segments: SegmentSource) {
    this.#catalog = catalog;
    this.#segments = segments;
  }

  /** @throws as `putOf` */
  async metadataOf(version: VersionNumber): Promise<NodeMetadata> {
    return (await this.putOf(version)).metadata;
  }

  /**
   * All that a backup wrote of a version.
   * @throws DamagedError when the catalog or the store does not have it; StoreError when the store fails
   */
  async putOf(version: VersionNumber): Promise<NodePut> {
    const position = this.#catalog.segmentOf(version);
    if (!position) throw lost(version, `version ${version}`);
    const view = await this.#segment(position);
    if (position.index >= view.putCount || view.firstVersion + position.index !== version) {
      throw lost(version, `segment ${position.segment} of snapshot ${position.snapshot}`);
    }
    return view.put(position.index);
  }

  async #segment({ snapshot, segment }: SegmentPosition): Promise<SegmentView> {
    const key = `${snapshot}/${segment}`;
    const known = this.#opened.get(key);
    if (known) return known;
    const underWay = this.#flights.get(key);
    if (underWay) return underWay;
    const flight = this.#segments
      .viewSegment(snapshot, segment)
      .then((view) => {
        this.#opened.set(key, view);
        return view;
      })
      .finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }
}

function lost(version: VersionNumber, where: string): DamagedError {
  return new DamagedError(`The metadata of version ${version} is not where it should be: ${where}.`, {
    where,
    version,
  });
}
