/** What is to be put back under one name: an entry of the snapshot, with what its segment knows of it when somebody asks. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import type { VersionNumber } from "../../core/ids.js";
import type { NodeMetadata, PermissionDescriptor } from "../../core/node.js";

/** Where all that the node tree does not keep is read. */
export interface MetadataSource {
  /** @throws DamagedError, StoreError */
  metadataOf(version: VersionNumber): Promise<NodeMetadata>;
  /** @returns undefined when no backup could read it @throws DamagedError, StoreError */
  descriptorOf(permissionKey: string, version?: VersionNumber): Promise<PermissionDescriptor | undefined>;
}

/** The bytes of contents. */
export interface FileContent {
  /** Verified, in order, in pieces of any size. @throws DamagedError, StoreError */
  stream(
    contentId: CatalogEntry["contentId"],
    sizeBytes: number,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<Uint8Array>;
}

export class WantedNode {
  #metadata: Promise<NodeMetadata> | undefined;

  constructor(
    readonly entry: CatalogEntry,
    /** Names from below the share's root. */
    readonly path: readonly string[],
    private readonly source: MetadataSource,
  ) {}

  /** Read once. @throws DamagedError, StoreError */
  metadata(): Promise<NodeMetadata> {
    return (this.#metadata ??= this.source.metadataOf(this.entry.version));
  }

  /** What a permission key of it stands for. @throws DamagedError, StoreError */
  async descriptorOf(permissionKey: string): Promise<PermissionDescriptor | undefined> {
    return this.source.descriptorOf(permissionKey, this.entry.version);
  }
}
