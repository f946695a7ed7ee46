/**
 * One backup's view of a share: from a share snapshot where there is one, live otherwise. Requests go through one
 * retry policy; failures come out as errors of the source, and nothing of the SDK does.
 */
import type {
  FileDownloadResponseModel,
  ShareClient,
  ShareDirectoryClient,
  ShareFileClient,
} from "@azure/storage-file-share";
import type { ByteRange, ByteRanges } from "../../../core/byte-range.js";
import type { Logger } from "../../../core/logger.js";
import type { NodeMetadata, PermissionDescriptor } from "../../../core/node.js";
import type { ShareProperties } from "../../../core/share-properties.js";
import { displayPath } from "../display-path.js";
import type { EarlierFile, SourceChild, SourceEntry, SourceOptions, SourcePath, SourceSession } from "../source.js";
import { entryOf, present } from "./entry.js";
import { AzureFailure } from "./failures.js";
import { findFile } from "./find-child.js";
import { keepsBytes } from "./kept-bytes.js";
import { listPage } from "./list-page.js";
import type { ReadPage } from "./listing-reader.js";
import { readPermission } from "./permission.js";
import { PageAhead } from "./page-ahead.js";
import type { PreviousState } from "./previous-state.js";
import {
  asProperties,
  directoryOfHeaders,
  type HeaderReader,
  isSymlink,
  metadataOfHeaders,
  posixOfHeaders,
  textOfHeader,
} from "./properties.js";
import { ContentChanged, readFile } from "./reading.js";
import { retrying, type RetryOptions, type RetryPolicy, type RunPatience, type Work } from "./retry.js";
import type { Timing } from "./timing.js";
import { hearMetadata, sentMetadata } from "./sent-metadata.js";
import { parseAccessPolicies, sharePropertiesOf } from "./share-properties.js";
import type { ShareSnapshot } from "./share-snapshot.js";
import { changedFailure, concernsAll, type ErrorContext, nodeFailure, wholeFailure } from "./source-errors.js";

export interface AzureSessionOptions {
  readonly share: ShareClient;
  /** The share as it is now: what snapshots do not have is asked of it. */
  readonly live: ShareClient;
  /** What `share` is read from; deleted with the session. */
  readonly snapshot: ShareSnapshot | undefined;
  /** Whether it is an NFS share: what kind of node it is, mode and owner are told of single nodes alone. */
  readonly isPosix: boolean;
  /** What is kept beyond the session, where that is wanted. */
  readonly keeping?: Keeping | undefined;
  readonly errors: ErrorContext;
  readonly policy: RetryPolicy;
  readonly timing: Timing;
  /** What its requests share; undefined where there are only a few. */
  readonly patience?: RunPatience | undefined;
  readonly logger: Logger;
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
  #pagesAhead = 0;
  /** Entries that need not be described, because completing them has told everything. */
  readonly #whole = new WeakSet<SourceEntry>();
  /** What reading a file has told of it. */
  readonly #told = new WeakMap<SourceEntry, NodeMetadata>();

  constructor(options: AzureSessionOptions) {
    this.consistent = options.snapshot !== undefined;
    this.state = options.keeping && options.snapshot?.id;
    this.#options = options;
    hearMetadata();
  }

  async root(options?: SourceOptions): Promise<SourceEntry> {
    try {
      const answer = await this.#request(options, (abortSignal) => this.#directory([]).getProperties({ abortSignal }));
      const header = headersOf(answer);
      return { ...entryOf("", directoryOfHeaders(header)), posix: posixOfHeaders(header) };
    } catch (error) {
      throw this.#failed([], error);
    }
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
    const { header, metadata } = await this.#properties(path, entry, options);
    const { name, mtimeNs, signature, sourceId, kind, sizeBytes } = entry;
    const posix = posixOfHeaders(header);
    const common = { name, mtimeNs, signature, sourceId, posix };
    let whole: SourceEntry = { ...common, kind, sizeBytes, metadata };
    if (isSymlink(header)) {
      const linkTarget = await this.#linkTarget(path, options);
      const target = { linkTarget, contentType: undefined };
      const sizeInBytes = Buffer.byteLength(linkTarget);
      whole = { ...common, kind: "symlink", sizeBytes: sizeInBytes, metadata: present({ ...metadata, ...target }) };
    }
    this.#whole.add(whole);
    return whole;
  }

  async #linkTarget(path: SourcePath, options: SourceOptions | undefined): Promise<string> {
    try {
      const { linkText } = await this.#request(options, (abortSignal) =>
        this.#file(path).getSymbolicLink({ abortSignal }),
      );
      if (linkText === undefined || linkText === "") {
        throw new AzureFailure("The service did not say where the link leads", { kind: "malformed" });
      }
      return textOfHeader(linkText);
    } catch (error) {
      throw this.#failed(path, error);
    }
  }

  async #properties(
    path: SourcePath,
    { kind, metadata }: SourceEntry,
    options: SourceOptions | undefined,
  ): Promise<{ readonly header: HeaderReader; readonly metadata: NodeMetadata }> {
    try {
      const answer = await this.#request(options, (abortSignal) =>
        kind === "directory"
          ? this.#directory(path).getProperties({ abortSignal })
          : this.#file(path).getProperties({ abortSignal }),
      );
      const header = headersOf(answer);
      const sent = sentMetadata(answer.requestId, answer.metadata);
      return { header, metadata: { ...metadata, ...metadataOfHeaders(header, sent, kind) } };
    } catch (error) {
      throw this.#failed(path, error);
    }
  }

  get keepsBytes(): SourceSession["keepsBytes"] {
    return this.#options.trustsWriteTimes ? keepsBytes : undefined;
  }

  async lookAgain(path: SourcePath, options?: SourceOptions): Promise<SourceEntry | undefined> {
    const { share, errors, timing, patience, isPosix } = this.#options;
    const pauseMs = Math.round(TORN_PAUSE_MS * (0.5 + timing.random()));
    if (patience?.budget.spend(pauseMs) === false) return undefined;
    await timing.sleep(pauseMs, options?.signal);
    try {
      const request = <T>(work: (signal: AbortSignal) => Promise<T>) => this.#request(options, work);
      return await findFile({ share, folder: errors.target.folder, isPartial: isPosix, request }, path);
    } catch (error) {
      throw this.#failed(path, error);
    }
  }

  async permission(key: string, options?: SourceOptions): Promise<PermissionDescriptor | undefined> {
    const { live } = this.#options;
    return this.#unlessRefused(() => readPermission(live, key, (work) => this.#request(options, work)));
  }

  async shareProperties(options?: SourceOptions): Promise<ShareProperties | undefined> {
    const { live } = this.#options;
    const answer = await this.#unlessRefused(() =>
      this.#request(options, (abortSignal) => live.getProperties({ abortSignal })),
    );
    if (!answer) return undefined;
    const policies = await this.#unlessRefused(() =>
      this.#request(options, (abortSignal) => live.getAccessPolicy({ abortSignal })),
    );
    const body = (policies as { readonly _response?: { readonly bodyAsText?: string } } | undefined)?._response;
    const accessPolicies = body?.bodyAsText === undefined ? undefined : parseAccessPolicies(body.bodyAsText);
    return sharePropertiesOf(answer, sentMetadata(answer.requestId, answer.metadata), accessPolicies);
  }

  /** What may be refused without hindering the backup. */
  async #unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AzureFailure && !concernsAll(error)) {
        this.#options.logger.debug({ error }, "something that a backup can do without was refused");
        return undefined;
      }
      throw this.#failed([], error);
    }
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
      yield* readFile({ file, entry, range, frozen: this.consistent, onAnswer, ...this.#retry(options, path) });
    } catch (error) {
      throw this.#failed(path, error);
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
      this.#request(options, work),
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

  async #page(path: SourcePath, marker: string | undefined, options: SourceOptions | undefined): Promise<ReadPage> {
    try {
      const { pageSize, isPosix } = this.#options;
      return await this.#request(options, (signal, onAnswer) =>
        listPage(this.#directory(path), path, { marker, pageSize }, signal, isPosix, onAnswer),
      );
    } catch (error) {
      throw this.#failed(path, error);
    }
  }

  #request<T>(options: SourceOptions | undefined, work: Work<T>): Promise<T> {
    return retrying(work, this.#retry(options, undefined));
  }

  #retry(options: SourceOptions | undefined, path: SourcePath | undefined): RetryOptions {
    const { policy, timing, patience } = this.#options;
    return { policy, timing, signal: options?.signal, run: patience, onRetry: this.#retryLog(path) };
  }

  #retryLog(path: SourcePath | undefined): (failure: AzureFailure, pauseMs: number) => void {
    return (failure, pauseMs) => {
      const where = path === undefined ? undefined : displayPath(path);
      this.#options.logger.debug({ path: where, error: failure, pauseMs }, "a request to Azure Files is made again");
    };
  }

  #failed(path: SourcePath, error: unknown): unknown {
    if (error instanceof ContentChanged) return changedFailure(this.#options.errors, path);
    if (!(error instanceof AzureFailure)) return error;
    const { errors, patience } = this.#options;
    if (path.length === 0) return wholeFailure(errors, error);
    return nodeFailure(errors, path, error, patience !== undefined && !patience.gate.isGivenUp);
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
