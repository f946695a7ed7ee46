/**
 * A share (or a folder of one) in Azure Files as a source. Opening takes a share snapshot; closing deletes it, unless it
 * is to be kept for the next backup to ask what has changed since.
 */
import { type Clock, systemClock } from "../../../core/clock.js";
import { messageOf } from "../../../core/errors.js";
import type { Logger } from "../../../core/logger.js";
import type { OpenOptions, Source, SourceOptions, SourceSession } from "../source.js";
import type { ServiceStatus } from "../service-status.js";
import { AzureSession, type AzureSessionOptions, type Keeping } from "./azure-session.js";
import { type AzureTarget, endpointOf, expectTls, formatAzureUrl } from "./azure-url.js";
import { connect, type Connection } from "./connection.js";
import { type AzureCredentials, expiryOf, resolveCredentials, type SignIn } from "./credentials.js";
import { AzureFailure } from "./failures.js";
import type { Abilities } from "../probe.js";
import { probeShare } from "./probe.js";
import { PreviousState } from "./previous-state.js";
import { OPENING, retrying, type RetryPolicy, RUNNING } from "./retry.js";
import { type Timing, realTiming } from "./timing.js";
import { DEFAULT_LIMITS, RequestThrottle, type ThrottleLimits } from "./request-throttle.js";
import { runPatience } from "./run-patience.js";
import { deleteLeftovers, type Leftovers, type Requester } from "./own-snapshots.js";
import { giveUpKept, shareAt, type ShareSnapshot, takeSnapshot } from "./share-snapshot.js";
import { type ErrorContext, wholeFailure } from "./source-errors.js";

export interface AzureSourceOptions {
  readonly target: AzureTarget;
  /** Instead of the public cloud's; for emulators, other clouds and private endpoints. */
  readonly endpoint?: string | undefined;
  readonly credentials: AzureCredentials;
  /**
   * Whose backups these are. A later run of the same owner deletes the share snapshots an interrupted one has left, so
   * no two runs of one owner may go on at a time, unless `leftoverAgeMs` is longer than any of them.
   */
  readonly owner: string;
  /** How old a share snapshot of the owner has to be to count as left behind. Default: 0. */
  readonly leftoverAgeMs?: number | undefined;
  /** Whose probes these are: share snapshots of killed ones are deleted by later probes and runs. Default: those of `owner`. */
  readonly probeOwner?: string | undefined;
  /** Whether the share snapshot of the newest backup is kept, so that of large files only changed ranges are read. Default: no. */
  readonly changedRanges?: boolean | undefined;
  /** As in `AzureSessionOptions`. Default: yes. */
  readonly trustWriteTimes?: boolean | undefined;
  readonly logger: Logger;
  /** Told how the service takes what a run asks of it. */
  readonly status?: ServiceStatus | undefined;
  readonly clock?: Clock | undefined;
  readonly timing?: Timing | undefined;
  /** While opening, checking and closing. */
  readonly openingRetry?: RetryPolicy | undefined;
  /** While the run goes on. */
  readonly runningRetry?: RetryPolicy | undefined;
  /** What a run asks for at most. */
  readonly limits?: ThrottleLimits | undefined;
  /** Certificates to trust besides the usual ones, as PEM; for tests, as a process takes them from NODE_EXTRA_CA_CERTS. */
  readonly ca?: string | undefined;
  /** Entries a page; 5000 (the service's limit) by default. */
  readonly pageSize?: number | undefined;
}

/** None takes so long, and by no more do clocks differ: what is older is left behind. */
const LONGEST_PROBE_MS = 60 * 60 * 1000;

export class AzureFilesSource implements Source {
  readonly uri: string;
  readonly #options: AzureSourceOptions;
  readonly #endpoint: string;
  readonly #signIn: SignIn;
  readonly #timing: Timing;

  /** @throws SharestrataError `CONFIG_INVALID`, `USAGE` when credentials or endpoint cannot be right */
  constructor(options: AzureSourceOptions) {
    const { target, timing = realTiming, ca } = options;
    const nowMs = () => timing.nowMs();
    const { signIn, endpoint } = resolveCredentials(options.credentials, target.account, { nowMs, ca });
    this.uri = formatAzureUrl(target);
    this.#options = options;
    this.#endpoint = endpointOf(target.account, options.endpoint ?? endpoint);
    if (signIn.kind === "entra") expectTls(this.#endpoint);
    this.#signIn = signIn;
    this.#timing = timing;
  }

  async check(options?: SourceOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    const { share } = await this.#connect();
    const session = this.#session({
      share,
      live: share,
      isPosix: false,
      snapshot: undefined,
      policy: this.#opening,
      pageSize: 1,
    });
    await session.list([], options)[Symbol.asyncIterator]().next();
  }

  async probe({ signal }: SourceOptions = {}): Promise<Abilities> {
    signal?.throwIfAborted();
    const { target, logger } = this.#options;
    const request: Requester = (work) => this.#request(work, signal);
    const connection = await this.#connect();
    const leftovers = this.#probeLeftovers;
    const unbound: Requester = (work) => this.#request(work, undefined);
    const taking = { connection, owner: leftovers.owner, request: unbound, logger };
    return probeShare({ connection, folder: target.folder, errors: this.#errors, request, taking, leftovers });
  }

  async open(options?: OpenOptions): Promise<SourceSession> {
    options?.signal?.throwIfAborted();
    const connection = await this.#connect();
    const previous = this.#options.changedRanges === true && options?.previousState ? options.previousState : undefined;
    const snapshot = await this.#snapshot(connection, previous, options?.signal);
    try {
      const { share: live } = connection;
      const share = snapshot?.share ?? live;
      // Says right here what is wrong with the folder or the credentials, and that the snapshot can be read.
      const opening = { share, live, isPosix: false, snapshot, policy: this.#opening, pageSize: 1 };
      const isPosix = (await this.#session(opening).root(options)).posix !== undefined;
      const pageSize = this.#options.pageSize ?? 5000;
      const keeping = this.#options.changedRanges === true ? this.#keeping(connection, snapshot, previous) : undefined;
      const policy = this.#options.runningRetry ?? RUNNING;
      const directory = share.getDirectoryClient(this.#options.target.folder.join("/"));
      const { logger, status, limits = DEFAULT_LIMITS } = this.#options;
      const throttle = new RequestThrottle(limits, this.#timing, logger, status);
      const patience = { ...runPatience({ policy, timing: this.#timing, logger, directory, status }), throttle };
      return this.#session({
        share,
        live,
        isPosix,
        snapshot,
        keeping,
        policy,
        patience,
        pageSize,
      });
    } catch (error) {
      await snapshot?.[Symbol.asyncDispose]();
      throw error;
    }
  }

  get #opening(): RetryPolicy {
    return this.#options.openingRetry ?? OPENING;
  }

  #connect(): Promise<Connection> {
    return connect(this.#options.target, this.#endpoint, this.#signIn, this.#options.ca);
  }

  #keeping(connection: Connection, snapshot: ShareSnapshot | undefined, previous: string | undefined): Keeping {
    const { target, owner, logger } = this.#options;
    const { folder } = target;
    const request: Requester = (work) => this.#request(work, undefined);
    const onUnknown = (path: string, error: AzureFailure) => {
      logger.debug(
        { path, reason: messageOf(error) },
        "which ranges have changed cannot be told: the file is read as a whole",
      );
    };
    return {
      previous:
        snapshot && previous !== undefined
          ? new PreviousState({ id: previous, share: shareAt(connection, previous), folder, onUnknown })
          : undefined,
      giveUpPrevious: async () => {
        // Ids have a granularity of one second: a previous one that somebody has deleted may have left its id to the new one.
        if (previous !== undefined && previous !== snapshot?.id)
          await giveUpKept({ connection, owner, logger, request }, previous);
      },
    };
  }

  async #snapshot(
    connection: Connection,
    kept: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ShareSnapshot | undefined> {
    const { owner, logger, leftoverAgeMs = 0 } = this.#options;
    const request: Requester = (work) => this.#request(work, undefined);
    const till = leftoverAgeMs > 0 ? this.#before(leftoverAgeMs) : undefined;
    const bound: Requester = (work) => this.#request(work, signal);
    try {
      const leftovers = [{ owner, kept, till }, this.#probeLeftovers];
      await deleteLeftovers({ connection, logger, request: bound }, leftovers);
      signal?.throwIfAborted();
      return await takeSnapshot({ connection, owner, logger, request });
    } catch (error) {
      throw error instanceof AzureFailure ? wholeFailure(this.#errors, error) : error;
    }
  }

  get #probeLeftovers(): Leftovers {
    const { owner, probeOwner = `${owner}#probe` } = this.#options;
    return { owner: probeOwner, till: this.#before(LONGEST_PROBE_MS) };
  }

  /** The id that a share snapshot of so long ago has. */
  #before(ageMs: number): string {
    return new Date(this.#timing.nowMs() - ageMs).toISOString();
  }

  #request<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return retrying(work, { policy: this.#opening, timing: this.#timing, signal });
  }

  #session(rest: Omit<AzureSessionOptions, "errors" | "timing" | "logger" | "trustsWriteTimes">): AzureSession {
    const { logger, trustWriteTimes = true } = this.#options;
    return new AzureSession({
      ...rest,
      errors: Object.assign(this.#errors, { readsSnapshot: rest.snapshot !== undefined }),
      timing: this.#timing,
      trustsWriteTimes: trustWriteTimes,
      logger,
    });
  }

  get #errors(): ErrorContext {
    const clock = this.#options.clock ?? systemClock;
    const signIn = this.#signIn;
    return {
      target: this.#options.target,
      endpoint: this.#endpoint,
      signIn: signIn.kind,
      get expiresAt() {
        return expiryOf(signIn);
      },
      now: () => clock.now(),
    };
  }
}
