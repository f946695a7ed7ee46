/** The shares of a configuration, as a mount wants them: opened when somebody looks, with one cache for all. */
import type { ShareName } from "../../core/names.js";
import { BlobCache } from "../../fs/content/blob-cache.js";
import { mountedShare } from "../../fs/mounted-share.js";
import type { MountedShare, ShareDirectory } from "../../fs/shares.js";
import { type Config, findShare } from "../config/config.js";
import { openShareReader } from "./open-share.js";

export class ConfiguredShares implements ShareDirectory {
  readonly #cache = new BlobCache();

  /** @param signal ends the opening of shares */
  constructor(
    private readonly config: Config,
    private readonly signal: AbortSignal,
  ) {}

  list(): readonly ShareName[] {
    return this.config.shares.map(({ name }) => name);
  }

  async open(name: ShareName): Promise<MountedShare> {
    const share = await openShareReader(this.config, findShare(this.config, name), { signal: this.signal });
    return mountedShare({ ...share, cache: this.#cache, close: () => share[Symbol.asyncDispose]() });
  }
}
