/** Requests of a restore: made again while that can help, and what comes out of them is an error that says what it means. */
import type { Logger } from "../../../core/logger.js";
import { AzureFailure } from "../../sources/azure/failures.js";
import { retrying, type RetryPolicy, type RunPatience } from "../../sources/azure/retry.js";
import type { Timing } from "../../sources/azure/timing.js";
import type { ErrorContext } from "../../sources/azure/source-errors.js";
import { displayPath } from "../../sources/display-path.js";
import { targetFailure } from "./target-errors.js";

export interface TargetRequestsOptions {
  readonly errors: ErrorContext;
  readonly policy: RetryPolicy;
  readonly timing: Timing;
  readonly patience?: RunPatience | undefined;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export interface RequestOptions<T> {
  /**
   * What answers of the service are no failure, and what they mean. @param isRepeated whether an earlier try may have been carried
   * out, its answer being lost
   */
  readonly accept?: ((failure: AzureFailure, isRepeated: boolean) => { readonly value: T } | undefined) | undefined;
}

export class TargetRequests {
  constructor(readonly options: TargetRequestsOptions) {}

  get signal(): AbortSignal {
    return this.options.signal;
  }

  /**
   * @param path from below the target's own folder
   * @throws SharestrataError, or the signal's reason
   */
  async make<T>(
    path: readonly string[],
    work: (abortSignal: AbortSignal) => Promise<T>,
    { accept }: RequestOptions<T> = {},
  ): Promise<T> {
    const { errors, policy, timing, patience, logger, signal } = this.options;
    let tries = 0;
    const attempt = (abortSignal: AbortSignal): Promise<T> => {
      tries++;
      return work(abortSignal);
    };
    const onRetry = (failure: AzureFailure, pauseMs: number): void => {
      logger.debug({ path: displayPath(path), error: failure, pauseMs }, "a request to Azure Files is made again");
    };
    try {
      return await retrying(attempt, { policy, timing, run: patience, signal, onRetry });
    } catch (error) {
      if (!(error instanceof AzureFailure)) throw error;
      const accepted = accept?.(error, tries > 1);
      if (accepted) return accepted.value;
      throw targetFailure(errors, path, error);
    }
  }
}
