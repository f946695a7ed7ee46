/** What is to be put back under one name: an entry of the snapshot, with what its segment knows of it when somebody asks. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import type { VersionNumber } from "../../core/ids.js";
import { DamagedError } from "../../core/errors.js";
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
  #onLost: ((error: DamagedError) => void) | undefined;
  #isToldLost = false;

  constructor(
    readonly entry: CatalogEntry,
    /** Names from below the share's root. */
    readonly path: readonly string[],
    private readonly source: MetadataSource,
  ) {}

  /**
   * From now on what is lost of its metadata counts as not there, because a file with the attributes that the node tree knows is better
   * than none. Not for what is there already, which would lose what the segment had of it, and not for symlinks, which are nothing else.
   * @param onLost told once
   */
  doWithout(onLost: (error: DamagedError) => void): void {
    this.#onLost = onLost;
  }

  /** Read once. @throws DamagedError, StoreError */
  metadata(): Promise<NodeMetadata> {
    this.#metadata ??= this.source.metadataOf(this.entry.version);
    return this.#orWithout(this.#metadata, {});
  }

  /** What a permission key of it stands for. @throws DamagedError, StoreError */
  descriptorOf(permissionKey: string): Promise<PermissionDescriptor | undefined> {
    return this.#orWithout(this.source.descriptorOf(permissionKey, this.entry.version), undefined);
  }

  async #orWithout<T>(known: Promise<T>, otherwise: T): Promise<T> {
    try {
      return await known;
    } catch (error) {
      if (!this.#onLost || !(error instanceof DamagedError)) throw error;
      if (!this.#isToldLost) this.#onLost(error);
      this.#isToldLost = true;
      return otherwise;
    }
  }
}
