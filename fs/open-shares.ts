/**
 * Opens shares when somebody first looks into them, once each. One that cannot be opened does not hold up the others:
 * it is tried again after a while, and until then fails at once, because each try may mean waiting for a dead network.
 */
import type { Clock } from "../core/clock.js";
import type { Logger } from "../core/logger.js";
import { messageOf } from "../core/errors.js";
import { formatShareName, type ShareName } from "../core/names.js";
import { timeToMs } from "../core/time.js";
import { FileSystemError } from "./errors.js";
import type { MaybePromise } from "./maybe-promise.js";
import { OpenShare } from "./open-share.js";
import type { SharePool } from "./share-pool.js";
import type { ShareDirectory } from "./shares.js";

const RETRY_AFTER_MS = 10_000;

type State =
  | { readonly kind: "open"; readonly share: OpenShare }
  | { readonly kind: "opening"; readonly promise: Promise<OpenShare> }
  | { readonly kind: "failed"; readonly error: unknown; readonly atMs: number };

export class OpenShares implements SharePool {
  readonly #directory: ShareDirectory;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #states = new Map<string, State>();
  /** The message last logged for a share, so that a lasting failure is one line. */
  readonly #logged = new Map<string, string>();

  constructor(directory: ShareDirectory, clock: Clock, logger: Logger) {
    this.#directory = directory;
    this.#clock = clock;
    this.#logger = logger;
  }

  *opened(): IterableIterator<OpenShare> {
    for (const state of this.#states.values()) if (state.kind === "open") yield state.share;
  }

  /** As `SharePool.open`. @param options.log whether the reason is logged: default yes, for there may be nobody else to tell */
  open(name: ShareName, options: { readonly log?: boolean } = {}): MaybePromise<OpenShare> {
    const key = formatShareName(name);
    const state = this.#states.get(key);
    if (state?.kind === "open") return state.share;
    if (state?.kind === "opening") return state.promise;
    const now = timeToMs(this.#clock.now());
    if (state?.kind === "failed" && now - state.atMs < RETRY_AFTER_MS) throw new FileSystemError("EIO", state.error);
    const promise = this.#directory.open(name).then(
      (mounted) => {
        const share = new OpenShare(mounted);
        this.#states.set(key, { kind: "open", share });
        this.#logged.delete(key);
        return share;
      },
      (error: unknown) => {
        this.#states.set(key, { kind: "failed", error, atMs: timeToMs(this.#clock.now()) });
        if (options.log ?? true) this.#logOnce(key, error);
        throw new FileSystemError("EIO", error);
      },
    );
    this.#states.set(key, { kind: "opening", promise });
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const states = [...this.#states.values()];
    this.#states.clear();
    for (const state of states) {
      if (state.kind === "open") await state.share.mounted[Symbol.asyncDispose]();
      if (state.kind === "opening") {
        // Whoever asked for it was told how opening ended; here only what was won has to be released.
        const share = await state.promise.catch(() => undefined);
        await share?.mounted[Symbol.asyncDispose]();
      }
    }
    this.#states.clear();
  }

  #logOnce(key: string, error: unknown): void {
    const message = messageOf(error);
    if (this.#logged.get(key) === message) return;
    this.#logged.set(key, message);
    this.#logger.error({ share: key, error: message }, `The share ${key} cannot be shown: ${message}`);
  }
}
