/** The shares of a configuration, as a mount wants them: opened when somebody looks, with one cache for all. */
import type { Logger } from "../../core/logger.js";
import type { ShareName } from "../../core/names.js";
import { BlobCache } from "../../fs/content/blob-cache.js";
import { mountedShare } from "../../fs/mounted-share.js";
import type { MountedShare, ShareDirectory } from "../../fs/shares.js";
import { type Config, findShare } from "../config/config.js";
import type { Keys } from "../keys/keys.js";
import { openShareReader } from "./open-share.js";

export class ConfiguredShares implements ShareDirectory {
  readonly #cache = new BlobCache();

  /**
   * @param signal ends the opening of shares
   * @param logger hears what opening a share has to say
   * @param keys is asked for what opens encrypted ones
   */
  constructor(
    private readonly config: Config,
    private readonly signal: AbortSignal,
    private readonly logger?: Logger,
    private readonly keys?: Keys,
  ) {}

  list(): readonly ShareName[] {
    return this.config.shares.map(({ name }) => name);
  }

  async open(name: ShareName): Promise<MountedShare> {
    const share = await openShareReader(this.config, findShare(this.config, name), {
      signal: this.signal,
      logger: this.logger,
      keys: this.keys,
    });
    return mountedShare({ ...share, cache: this.#cache, close: () => share[Symbol.asyncDispose]() });
  }
}
