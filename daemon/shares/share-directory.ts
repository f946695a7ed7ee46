/** The shares of a configuration, as a mount wants them: opened when somebody looks, with one cache in memory, and one on disk, for all. */
import { unwatchFile, watchFile } from "node:fs";
import { systemClock } from "../../core/clock.js";
import { messageOf } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import type { ShareName } from "../../core/names.js";
import type { TimeNs } from "../../core/time.js";
import { BlobCache } from "../../fs/content/blob-cache.js";
import { mountedShare } from "../../fs/mounted-share.js";
import type { MountedShare, ShareDirectory } from "../../fs/shares.js";
import { DiskCache } from "../../store/disk-cache/disk-cache.js";
import { type Config, findShare } from "../config/config.js";
import type { Keys } from "../keys/keys.js";
import { loadConfig } from "../config/load.js";
import { openShareReader, type OpenOptions } from "./open-share.js";

/** Asking for the file's time that often costs nothing, and works wherever the file lies and however it is replaced. */
const LOOK_EVERY_MS = 1000;

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

export class ConfiguredShares implements ShareDirectory, Disposable {
  #config: Config;
  readonly #options: OpenOptions;
  readonly #cache: BlobCache;
  #changedAt: TimeNs | undefined;
  #unfollow: () => void = () => undefined;

  constructor(config: Config, { signal, logger, keys, caches = {} }: ConfiguredSharesOptions) {
    const { memoryBytes, disk } = caches;
    this.#config = config;
    this.#cache = new BlobCache(memoryBytes);
    this.#options = { signal, logger, keys, diskCache: disk && new DiskCache(disk.folder, disk.maxBytes) };
  }

  /**
   * From now on the shares are those of the configuration file as it is, a second or two after each change; one that is
   * wrong, or gone, changes nothing and is a line in the log. Does not keep the process alive; disposing ends it.
   */
  follow(): void {
    const { file } = this.#config;
    const changed = (): void => {
      void loadConfig({ option: file, env: {}, cwd: "/" }).then(
        (config) => {
          this.#config = config;
          this.#changedAt = systemClock.now();
        },
        (error: unknown) => this.#options.logger?.warn({ file }, `${messageOf(error)} The shares stay as they were.`),
      );
    };
    watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, changed);
    this.#unfollow = (): void => unwatchFile(file, changed);
  }

  [Symbol.dispose](): void {
    this.#unfollow();
  }

  list(): readonly ShareName[] {
    return this.#config.shares.map(({ name }) => name);
  }

  changedAt(): TimeNs | undefined {
    return this.#changedAt;
  }

  async open(name: ShareName): Promise<MountedShare> {
    const share = await openShareReader(this.#config, findShare(this.#config, name), this.#options);
    return mountedShare({ ...share, cache: this.#cache, close: () => share[Symbol.asyncDispose]() });
  }
}
