/**
 * One backup's view of a share: from a share snapshot where there is one, live otherwise. How requests are made again and what their
 * failures mean is in session-requests.ts.
 */
import type {
  FileDownloadResponseModel,
  ShareClient,
  ShareDirectoryClient,
  ShareFileClient,
} from "@azure/storage-file-share";
import type { ByteRange, ByteRanges } from "../../../core/byte-range.js";
import { messageOf } from "../../../core/errors.js";
import type { NodeMetadata, PermissionDescriptor } from "../../../core/node.js";
import type { ShareProperties } from "../../../core/share-properties.js";
import type { EarlierFile, SourceChild, SourceEntry, SourceOptions, SourcePath, SourceSession } from "../source.js";
import { entryOf } from "./entry.js";
import { findFile } from "./find-child.js";
import { keepsBytes } from "./kept-bytes.js";
import { listPage } from "./list-page.js";
import type { ReadPage } from "./listing-reader.js";
import { type NodeProperties, readLinkTarget, wholeEntry } from "./nfs-entry.js";
import { readPermission } from "./permission.js";
import { PageAhead } from "./page-ahead.js";
import type { PreviousState } from "./previous-state.js";
import {
  asProperties,
  directoryOfHeaders,
  type HeaderReader,
  metadataOfHeaders,
  posixOfHeaders,
} from "./properties.js";
import { readFile } from "./reading.js";
import type { Work } from "./retry.js";
import { hearMetadata, sentMetadata } from "./sent-metadata.js";
import { SessionRequests, type SessionRequestsOptions } from "./session-requests.js";
import { readAccessPolicies, sharePropertiesOf } from "./share-properties.js";
import type { ShareSnapshot } from "./share-snapshot.js";

export interface AzureSessionOptions extends SessionRequestsOptions {
  readonly share: ShareClient;
  /** The share as it is now: what snapshots do not have is asked of it. */
  readonly live: ShareClient;
  /** What `share` is read from; deleted with the session. */
  readonly snapshot: ShareSnapshot | undefined;
  /** Whether it is an NFS share: what kind of node it is, mode and owner are told of single nodes alone. */
  readonly isPosix: boolean;
  /** What is kept beyond the session, where that is wanted. */
  readonly keeping?: Keeping | undefined;
  /** Whether a file of the same size and LastWriteTime need not be read when something else explains its change. */
  readonly trustsWriteTimes: boolean;
  /** Entries a page: 5000 is the most the service gives. */
  readonly pageSize: number;
}

/** About so long before a file that is being written to is read again. */
const TORN_PAUSE_MS = 1_000;

const MOST_PAGES_AHEAD = 4;

/** The headers of an answer: what the SDK's typed results have lost. */
interface RawAnswer {
  readonly _response: { readonly headers: { get(name: string): string | undefined } };
}

/** How the session's snapshot takes the place of the one that the last backup has read. */
export interface Keeping {
  /** undefined where there is none, or none that could be compared with. */
  readonly previous: PreviousState | undefined;
  /** Called once, when the session's snapshot is the one to be kept. Never rejects. */
  readonly giveUpPrevious: () => Promise<void>;
}

export class AzureSession implements SourceSession {
  readonly consistent: boolean;
  readonly state: string | undefined;
  readonly #options: AzureSessionOptions;
  readonly #requests: SessionRequests;
  #pagesAhead = 0;
  /** Entries that need not be described, because completing them has told everything. */
  readonly #whole = new WeakSet<SourceEntry>();
  /** What reading a file has told of it. */
  readonly #told = new WeakMap<SourceEntry, NodeMetadata>();

  constructor(options: AzureSessionOptions) {
    this.consistent = options.snapshot !== undefined;
    this.state = options.keeping && options.snapshot?.id;
    this.#options = options;
    this.#requests = new SessionRequests(options);
    hearMetadata();
  }

  async root(options?: SourceOptions): Promise<SourceEntry> {
    const answer = await this.#requests.make([], options, (abortSignal) =>
      this.#directory([]).getProperties({ abortSignal }),
    );
    const header = headersOf(answer);
    return { ...entryOf("", directoryOfHeaders(header)), posix: posixOfHeaders(header) };
  }

  async *list(path: SourcePath, options?: SourceOptions): AsyncGenerator<readonly SourceChild[], void, undefined> {
    let { children, nextMarker } = await this.#page(path, undefined, options);
    while (nextMarker !== undefined) {
      const marker = nextMarker;
      const ask = (signal: AbortSignal | undefined) => this.#page(path, marker, { signal });
      const ahead = this.#mayAskAhead() ? new PageAhead(ask, options?.signal) : undefined;
      if (ahead) this.#pagesAhead++;
      try {
        if (children.length > 0) yield children;
        ({ children, nextMarker } = await (ahead?.page ?? ask(options?.signal)));
      } finally {
        if (ahead) this.#pagesAhead--;
        ahead?.[Symbol.dispose]();
      }
    }
    if (children.length > 0) yield children;
  }

  /** Not where only the first page may be wanted, and not for many large directories at a time: a page is some megabytes. */
  #mayAskAhead(): boolean {
    return this.#options.patience !== undefined && this.#pagesAhead < MOST_PAGES_AHEAD;
  }

  get readingDescribes(): boolean {
    return !this.#options.isPosix;
  }

  async describe(path: SourcePath, entry: SourceEntry, options?: SourceOptions): Promise<NodeMetadata> {
    if (this.#whole.has(entry)) return entry.metadata;
    const told = this.#told.get(entry);
    if (told) return told;
    return (await this.#properties(path, entry, options)).metadata;
  }

  async complete(path: SourcePath, entry: SourceEntry, options?: SourceOptions): Promise<SourceEntry> {
    const whole = await wholeEntry(entry, await this.#properties(path, entry, options), () =>
      this.#requests.make(path, options, (abortSignal) => readLinkTarget(this.#file(path), abortSignal)),
    );
    this.#whole.add(whole);
    return whole;
  }

  async #properties(
    path: SourcePath,
    { kind, metadata }: SourceEntry,
    options: SourceOptions | undefined,
  ): Promise<NodeProperties> {
    const answer = await this.#requests.make(path, options, (abortSignal) =>
      kind === "directory"
        ? this.#directory(path).getProperties({ abortSignal })
        : this.#file(path).getProperties({ abortSignal }),
    );
    const header = headersOf(answer);
    const sent = sentMetadata(answer.requestId, answer.metadata);
    return { header, metadata: { ...metadata, ...metadataOfHeaders(header, sent, kind) } };
  }

  get keepsBytes(): SourceSession["keepsBytes"] {
    return this.#options.trustsWriteTimes ? keepsBytes : undefined;
  }

  async lookAgain(path: SourcePath, options?: SourceOptions): Promise<SourceEntry | undefined> {
    const { share, errors, timing, patience, isPosix } = this.#options;
    const pauseMs = Math.round(TORN_PAUSE_MS * (0.5 + timing.random()));
    if (patience?.budget.spend(pauseMs) === false) return undefined;
    await timing.sleep(pauseMs, options?.signal);
    const request = <T>(work: (signal: AbortSignal) => Promise<T>) => this.#requests.make(path, options, work);
    return findFile({ share, folder: errors.target.folder, isPartial: isPosix, request }, path);
  }

  async permission(key: string, options?: SourceOptions): Promise<PermissionDescriptor | undefined> {
    const { live, logger } = this.#options;
    const read = () => readPermission(live, key, (work) => this.#requests.ask(options, work));
    return this.#requests.spare(read, (failure) => {
      logger.debug({ permissionKey: key, reason: messageOf(failure) }, "a security descriptor is not told");
    });
  }

  async shareProperties(options?: SourceOptions): Promise<ShareProperties | undefined> {
    const { live } = this.#options;
    const answer = await this.#ofShare("properties", options, (abortSignal) => live.getProperties({ abortSignal }));
    if (!answer) return undefined;
    const policies = await this.#ofShare("access policies", options, (signal) => readAccessPolicies(live, signal));
    return sharePropertiesOf(answer, sentMetadata(answer.requestId, answer.metadata), policies);
  }

  /** What is said of the share as a whole; undefined, and why, where it is not to be had. Many a SAS may not have it, of which nobody need be told. */
  #ofShare<T>(what: string, options: SourceOptions | undefined, work: Work<T>): Promise<T | undefined> {
    const { logger } = this.#options;
    return this.#requests.spare(
      () => this.#requests.ask(options, work),
      (failure) => {
        const level = failure.status === 403 ? "debug" : "warn";
        logger[level]({ reason: messageOf(failure) }, `the share's ${what} could not be read: this backup is without`);
      },
    );
  }

  read(path: SourcePath, entry: SourceEntry, options?: SourceOptions): AsyncIterable<Uint8Array> {
    return this.readRange(path, entry, { start: 0, end: entry.sizeBytes }, options);
  }

  async *readRange(
    path: SourcePath,
    entry: SourceEntry,
    range: ByteRange,
    options?: SourceOptions,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const file = this.#file(path);
    const onAnswer = (answer: FileDownloadResponseModel): void => this.#hear(entry, answer);
    try {
      yield* readFile({
        file,
        entry,
        range,
        frozen: this.consistent,
        onAnswer,
        ...this.#requests.retry(path, options),
      });
    } catch (error) {
      throw this.#requests.failed(path, error);
    }
  }

  #hear(entry: SourceEntry, answer: FileDownloadResponseModel): void {
    if (!this.readingDescribes || this.#told.has(entry)) return;
    const header = asProperties(headersOf(answer), answer.contentRange === undefined);
    const sent = sentMetadata(answer.requestId, answer.metadata);
    this.#told.set(entry, { ...entry.metadata, ...metadataOfHeaders(header, sent, entry.kind) });
  }

  async changedRanges(
    path: SourcePath,
    entry: SourceEntry,
    before: EarlierFile,
    options?: SourceOptions,
  ): Promise<ByteRanges | undefined> {
    options?.signal?.throwIfAborted();
    return this.#options.keeping?.previous?.changedRanges(this.#file(path), entry, before, (work) =>
      this.#requests.ask(options, work),
    );
  }

  async published(): Promise<void> {
    const { keeping, snapshot } = this.#options;
    if (!keeping) return;
    snapshot?.keep();
    await keeping.giveUpPrevious();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.snapshot?.[Symbol.asyncDispose]();
  }

  #page(path: SourcePath, marker: string | undefined, options: SourceOptions | undefined): Promise<ReadPage> {
    const { pageSize, isPosix } = this.#options;
    return this.#requests.make(path, options, (signal, onAnswer) =>
      listPage(this.#directory(path), path, { marker, pageSize }, signal, isPosix, onAnswer),
    );
  }

  #directory(path: SourcePath): ShareDirectoryClient {
    return this.#options.share.getDirectoryClient(this.#pathOf(path));
  }

  #file(path: SourcePath): ShareFileClient {
    return this.#options.share.rootDirectoryClient.getFileClient(this.#pathOf(path));
  }

  #pathOf(path: SourcePath): string {
    return [...this.#options.errors.target.folder, ...path].join("/");
  }
}

function headersOf(answer: RawAnswer): HeaderReader {
  return (name) => answer._response.headers.get(name);
}
