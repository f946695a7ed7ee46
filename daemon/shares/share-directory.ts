/** The shares of a configuration, as a mount wants them: opened when somebody looks, with one cache in memory, and one on disk, for all. */
import type { Logger } from "../../core/logger.js";
import type { ShareName } from "../../core/names.js";
import { BlobCache } from "../../fs/content/blob-cache.js";
import { mountedShare } from "../../fs/mounted-share.js";
import type { MountedShare, ShareDirectory } from "../../fs/shares.js";
import { DiskCache } from "../../store/disk-cache/disk-cache.js";
import { type Config, findShare } from "../config/config.js";
import type { Keys } from "../keys/keys.js";
import { openShareReader, type OpenOptions } from "./open-share.js";

export interface ConfiguredSharesOptions {
  /** Ends the opening of shares. */
  readonly signal: AbortSignal;
  /** Hears what opening a share has to say. */
  readonly logger?: Logger | undefined;
  /** Is asked for what opens encrypted ones. */
  readonly keys?: Keys | undefined;
  readonly caches?: {
    /** Default: 32 MiB. */
    readonly memoryBytes?: number | undefined;
    /** Where what is read of stores elsewhere is kept. Default: nowhere. */
    readonly disk?: { readonly folder: string; readonly maxBytes: number } | undefined;
  };
}

export class ConfiguredShares implements ShareDirectory {
  readonly #config: Config;
  readonly #options: OpenOptions;
  readonly #cache: BlobCache;

  constructor(config: Config, { signal, logger, keys, caches = {} }: ConfiguredSharesOptions) {
    const { memoryBytes, disk } = caches;
    this.#config = config;
    this.#cache = new BlobCache(memoryBytes);
    this.#options = { signal, logger, keys, diskCache: disk && new DiskCache(disk.folder, disk.maxBytes) };
  }

  list(): readonly ShareName[] {
    return this.#config.shares.map(({ name }) => name);
  }

  async open(name: ShareName): Promise<MountedShare> {
    const share = await openShareReader(this.#config, findShare(this.#config, name), this.#options);
    return mountedShare({ ...share, cache: this.#cache, close: () => share[Symbol.asyncDispose]() });
  }
}
