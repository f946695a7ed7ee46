/** The shares of a configuration, as a mount wants them: opened when somebody looks, with one cache for all. */
import { unwatchFile, watchFile } from "node:fs";
import { systemClock } from "../../core/clock.js";
import { messageOf } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import type { ShareName } from "../../core/names.js";
import type { TimeNs } from "../../core/time.js";
import { BlobCache } from "../../fs/content/blob-cache.js";
import { mountedShare } from "../../fs/mounted-share.js";
import type { MountedShare, ShareDirectory } from "../../fs/shares.js";
import { type Config, findShare } from "../config/config.js";
import type { Keys } from "../keys/keys.js";
import { loadConfig } from "../config/load.js";
import { openShareReader } from "./open-share.js";

/** Asking for the file's time that often costs nothing, and works wherever the file lies and however it is replaced. */
const LOOK_EVERY_MS = 1000;

export class ConfiguredShares implements ShareDirectory, Disposable {
  readonly #cache = new BlobCache();
  #changedAt: TimeNs | undefined;
  #unfollow: () => void = () => undefined;

  /**
   * @param signal ends the opening of shares
   * @param logger hears what opening a share has to say
   * @param keys is asked for what opens encrypted ones
   */
  constructor(
    private config: Config,
    private readonly signal: AbortSignal,
    private readonly logger?: Logger,
    private readonly keys?: Keys,
  ) {}

  /**
   * From now on the shares are those of the configuration file as it is, a second or two after each change; one that is
   * wrong, or gone, changes nothing and is a line in the log. Does not keep the process alive; disposing ends it.
   */
  follow(): void {
    const { file } = this.config;
    const changed = (): void => {
      void loadConfig({ option: file, env: {}, cwd: "/" }).then(
        (config) => {
          this.config = config;
          this.#changedAt = systemClock.now();
        },
        (error: unknown) => this.logger?.warn({ file }, `${messageOf(error)} The shares stay as they were.`),
      );
    };
    watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, changed);
    this.#unfollow = (): void => unwatchFile(file, changed);
  }

  [Symbol.dispose](): void {
    this.#unfollow();
  }

  list(): readonly ShareName[] {
    return this.config.shares.map(({ name }) => name);
  }

  changedAt(): TimeNs | undefined {
    return this.#changedAt;
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
