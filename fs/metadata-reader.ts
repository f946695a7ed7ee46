/**
 * Reads what the node tree does not keep (link targets, xattrs, what Azure Files knows of a file): from version to
 * segment to the put that holds it. Decoded segments are kept, few of them, because neighbours are asked for together.
 */
import { LRUCache } from "lru-cache";
import type { CatalogReader, SegmentPosition } from "../catalog/catalog.js";
import { DamagedError } from "../core/errors.js";
import type { SnapshotNumber, VersionNumber } from "../core/ids.js";
import type { ChangeBatch, NodeMetadata, NodePut } from "../core/node.js";

/** What is needed of the store's ShareStore. */
export interface SegmentSource {
  /** @throws DamagedError when the segment is missing or does not verify; StoreError */
  getSegment(snapshot: SnapshotNumber, number: number): Promise<ChangeBatch>;
}

/** Puts in memory; a decoded put takes about a kilobyte. */
const MAX_CACHED_PUTS = 16_384;

export class MetadataReader {
  readonly #catalog: Pick<CatalogReader, "segmentOf">;
  readonly #segments: SegmentSource;
  readonly #decoded = new LRUCache<string, ChangeBatch>({
    maxSize: MAX_CACHED_PUTS,
    sizeCalculation: (batch) => Math.max(1, batch.puts.length),
  });
  readonly #flights = new Map<string, Promise<ChangeBatch>>();

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
    const batch = await this.#segment(position);
    const put = batch.puts[position.index];
    if (!put || batch.firstVersion + position.index !== version) {
      throw lost(version, `segment ${position.segment} of snapshot ${position.snapshot}`);
    }
    return put;
  }

  async #segment({ snapshot, segment }: SegmentPosition): Promise<ChangeBatch> {
    const key = `${snapshot}/${segment}`;
    const known = this.#decoded.get(key);
    if (known) return known;
    const underWay = this.#flights.get(key);
    if (underWay) return underWay;
    const flight = this.#segments
      .getSegment(snapshot, segment)
      .then((batch) => {
        this.#decoded.set(key, batch);
        return batch;
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
