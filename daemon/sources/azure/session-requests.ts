/** Requests of one session: made again while that can help; what comes out of them is an error of the source, and nothing of the SDK. */
import { messageOf } from "../../../core/errors.js";
import type { Logger } from "../../../core/logger.js";
import { displayPath } from "../display-path.js";
import type { SourceOptions, SourcePath } from "../source.js";
import { AzureFailure } from "./failures.js";
import { ContentChanged } from "./reading.js";
import { retrying, type RetryOptions, type RetryPolicy, type RunPatience, type Work } from "./retry.js";
import { changedFailure, concernsRun, type ErrorContext, nodeFailure, wholeFailure } from "./source-errors.js";
import type { Timing } from "./timing.js";

export interface SessionRequestsOptions {
  readonly errors: ErrorContext;
  readonly policy: RetryPolicy;
  readonly timing: Timing;
  /** What the requests share; undefined where there are only a few. */
  readonly patience?: RunPatience | undefined;
  readonly logger: Logger;
}

export class SessionRequests {
  readonly #options: SessionRequestsOptions;

  constructor(options: SessionRequestsOptions) {
    this.#options = options;
  }

  /** @param path what it is about, from below the source's own folder @throws SourceError; the signal's reason */
  async make<T>(path: SourcePath, options: SourceOptions | undefined, work: Work<T>): Promise<T> {
    try {
      return await this.ask(options, work);
    } catch (error) {
      throw this.failed(path, error);
    }
  }

  /** @throws AzureFailure; the signal's reason */
  ask<T>(options: SourceOptions | undefined, work: Work<T>): Promise<T> {
    return retrying(work, this.retry(undefined, options));
  }

  /**
   * What a backup can do without: nothing else fails where this alone does.
   * @param onLacking told why it is not to be had
   * @returns undefined then @throws SourceError when all else would fail as well; the signal's reason
   */
  async spare<T>(work: () => Promise<T>, onLacking: (failure: AzureFailure) => void): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AzureFailure) || concernsRun(error, this.#answersOthers)) throw this.failed([], error);
      onLacking(error);
      return undefined;
    }
  }

  /** How what is read in several requests is tried again. @param path what it is about, for the log */
  retry(path: SourcePath | undefined, options: SourceOptions | undefined): RetryOptions {
    const { policy, timing, patience } = this.#options;
    return { policy, timing, signal: options?.signal, run: patience, onRetry: this.#retryLog(path) };
  }

  /** What is thrown for what a request has failed with. */
  failed(path: SourcePath, error: unknown): unknown {
    if (error instanceof ContentChanged) return changedFailure(this.#options.errors, path);
    if (!(error instanceof AzureFailure)) return error;
    const { errors } = this.#options;
    return path.length === 0 ? wholeFailure(errors, error) : nodeFailure(errors, path, error, this.#answersOthers);
  }

  get #answersOthers(): boolean {
    const { patience } = this.#options;
    return patience !== undefined && !patience.gate.isGivenUp;
  }

  #retryLog(path: SourcePath | undefined): (failure: AzureFailure, pauseMs: number) => void {
    return (failure, pauseMs) => {
      const fields = { path: path && displayPath(path), reason: messageOf(failure), pauseMs };
      this.#options.logger.debug(fields, "a request to Azure Files is made again");
    };
  }
}
