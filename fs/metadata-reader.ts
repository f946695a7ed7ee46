/**
 * Reads what the node tree does not keep (link targets, xattrs, what Azure Files knows of a file): from version to
 * segment to the put that holds it. Segments are kept as they are stored, and a put is decoded when it is asked for: decoding
 * whole segments of thousands of puts for one of them made copying out of a mount many times as slow.
 */
import { LRUCache } from "lru-cache";
import type { CatalogReader, PermissionPosition } from "../catalog/catalog.js";
import { DamagedError } from "../core/errors.js";
import type { SnapshotNumber, VersionNumber } from "../core/ids.js";
import type { Manifest } from "../store/snapshots/manifest.js";
import type { SegmentView } from "../store/segments/segment-codec.js";
import type { NodeMetadata, NodePut, PermissionDescriptor } from "../core/node.js";

/** What is needed of the store's ShareStore. */
export interface SegmentSource {
  /** @throws DamagedError when the segment is missing or does not verify; StoreError */
  viewSegment(snapshot: SnapshotNumber, number: number): Promise<SegmentView>;
  /** @throws as `viewSegment` */
  getManifest(snapshot: SnapshotNumber): Promise<Pick<Manifest, "source" | "sourceRoot">>;
}

/** Of segments in memory, for each share: some ten, of a few megabytes each, since names in tree order jump between them. */
const SEGMENT_CACHE_BYTES = 32 * 1024 * 1024;

/** Of descriptors, for each share: some ten thousand. A share has few different ones. */
const PERMISSION_CACHE_BYTES = 4 * 1024 * 1024;

type Positions = Pick<CatalogReader, "segmentOf" | "permissionOf" | "laterPermissions">;

export class MetadataReader {
  readonly #catalog: Positions;
  readonly #segments: SegmentSource;
  readonly #opened = new LRUCache<string, SegmentView>({
    maxSize: SEGMENT_CACHE_BYTES,
    sizeCalculation: ({ sizeBytes }) => sizeBytes,
  });
  readonly #flights = new Map<string, Promise<SegmentView>>();
  /** Asked only where a segment is lost. */
  readonly #shares = new Map<SnapshotNumber, string>();
  readonly #permissions = new LRUCache<string, PermissionDescriptor>({
    maxSize: PERMISSION_CACHE_BYTES,
    sizeCalculation: ({ text }, key) => 64 + key.length + text.length,
  });

  constructor(catalog: Positions, segments: SegmentSource) {
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

  /**
   * The descriptor that a permission key stands for. Where its segment is lost, what a later backup was told of the key in the same share.
   * @param version the node's that has the key: a key may have come to stand for another descriptor since. Default: the newest
   * @returns undefined when no backup could read it
   * @throws as `putOf`
   */
  async descriptorOf(permissionKey: string, version?: VersionNumber): Promise<PermissionDescriptor | undefined> {
    const since = version === undefined ? undefined : this.#catalog.segmentOf(version)?.snapshot;
    const position = this.#catalog.permissionOf(permissionKey, since);
    if (!position) return undefined;
    try {
      return await this.#descriptorAt(position, permissionKey);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      const again = await this.#toldAgain(permissionKey, position);
      if (again) return again;
      throw error;
    }
  }

  async #toldAgain(permissionKey: string, before: PermissionPosition): Promise<PermissionDescriptor | undefined> {
    const later = this.#catalog.laterPermissions(permissionKey, before);
    const share = later.length > 0 ? await this.#shareOf(before) : undefined;
    if (share === undefined) return undefined;
    for (const position of later) {
      // In another share the key stands for something else.
      if ((await this.#shareOf(position)) !== share) continue;
      try {
        return await this.#descriptorAt(position, permissionKey);
      } catch (error) {
        if (!(error instanceof DamagedError)) throw error;
      }
    }
    return undefined;
  }

  /** By what a share is told from another of the same name; undefined when it is not known. */
  async #shareOf({ snapshot }: PermissionPosition): Promise<string | undefined> {
    const known = this.#shares.get(snapshot);
    if (known !== undefined) return known;
    try {
      const { source, sourceRoot } = await this.#segments.getManifest(snapshot);
      if (sourceRoot === undefined) return undefined;
      const share = `${source} ${sourceRoot}`;
      this.#shares.set(snapshot, share);
      return share;
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      return undefined;
    }
  }

  async #descriptorAt(position: PermissionPosition, permissionKey: string): Promise<PermissionDescriptor> {
    const id = `${position.snapshot}/${position.segment}/${permissionKey}`;
    const known = this.#permissions.get(id);
    if (known) return known;
    const descriptor = (await this.#segment(position)).permission(permissionKey)?.descriptor;
    if (!descriptor) {
      const where = `segment ${position.segment} of snapshot ${position.snapshot}`;
      throw new DamagedError(`What the permission key ${permissionKey} stands for is not in ${where}.`, { where });
    }
    this.#permissions.set(id, descriptor);
    return descriptor;
  }

  async #segment({ snapshot, segment }: PermissionPosition): Promise<SegmentView> {
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
