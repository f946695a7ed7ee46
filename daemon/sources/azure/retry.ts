/**
 * One request, made again while that can help: exponential backoff with jitter, a pause the service asks for is kept,
 * and one budget of waiting bounds the whole. The SDK's own retry is switched off (it knows neither Retry-After nor
 * another clock). Time is passed in.
 */
import { setTimeout as delay } from "node:timers/promises";
import { AzureFailure, failureOf, isLocked, mayPass } from "./failures.js";

/** Time and chance, as tests want to have them. */
export interface Pace {
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** 0 ≤ x < 1 */
  random(): number;
  /** Milliseconds since 1970. */
  nowMs(): number;
}

export const realPace: Pace = {
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
  random: () => Math.random(),
  nowMs: () => Date.now(),
};

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** All pauses of one request together. A longer Retry-After ends it at once. */
  readonly budgetMs: number;
  /** How long a try may be without an answer. */
  readonly answerMs: number;
  /** How long a body that has begun may bring nothing. */
  readonly silenceMs: number;
}

/** Somebody is waiting at a terminal, and a wrong address never becomes right: give up after a few seconds. */
export const OPENING: RetryPolicy = {
  attempts: 5,
  firstPauseMs: 250,
  longestPauseMs: 2_000,
  budgetMs: 10_000,
  answerMs: 30_000,
  silenceMs: 30_000,
};

/** Hours of work stand behind a run: ride out a failover of the service, which takes about a minute. */
export const RUNNING: RetryPolicy = {
  attempts: 12,
  firstPauseMs: 500,
  longestPauseMs: 20_000,
  budgetMs: 120_000,
  answerMs: 90_000,
  silenceMs: 60_000,
};

/** A file somebody has locked is mostly locked for long: two more tries will do. */
const LOCKED_ATTEMPTS = 3;

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly pace: Pace;
  readonly signal: AbortSignal | undefined;
  readonly onRetry?: ((failure: AzureFailure, pauseMs: number) => void) | undefined;
}

/**
 * @param work called once a try; its signal ends with the caller's, or when the answer takes too long
 * @throws AzureFailure the last one, when trying again cannot help or has not helped; the signal's reason when aborted
 */
export async function retrying<T>(work: (signal: AbortSignal) => Promise<T>, options: RetryOptions): Promise<T> {
  const pauses = new Pauses(options.policy, options.pace);
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await answerOf(work, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      const failure = failureOf(error, options.pace.nowMs());
      const pauseMs = pauses.next(failure);
      if (pauseMs === undefined) throw failure;
      options.onRetry?.(failure, pauseMs);
      await options.pace.sleep(pauseMs, options.signal);
    }
  }
}

/** How long to wait after each failure of one request. */
export class Pauses {
  readonly #policy: RetryPolicy;
  readonly #pace: Pace;
  #tries = 0;
  #waitedMs = 0;

  constructor(policy: RetryPolicy, pace: Pace) {
    this.#policy = policy;
    this.#pace = pace;
  }

  /** undefined: give up. */
  next(failure: AzureFailure): number | undefined {
    this.#tries += 1;
    const attempts = isLocked(failure) ? LOCKED_ATTEMPTS : this.#policy.attempts;
    if (!mayPass(failure) || this.#tries >= attempts) return undefined;
    const ceiling = Math.min(this.#policy.longestPauseMs, this.#policy.firstPauseMs * 2 ** (this.#tries - 1));
    // Half of it by chance, so that many requests refused at one moment do not come back at one moment.
    const backoff = Math.round(ceiling * (0.5 + this.#pace.random() / 2));
    const pauseMs = Math.max(backoff, failure.retryAfterMs ?? 0);
    if (this.#waitedMs + pauseMs > this.#policy.budgetMs) return undefined;
    this.#waitedMs += pauseMs;
    return pauseMs;
  }
}

// By hand rather than AbortSignal.any, which on Node 20 keeps every combination alive as long as the caller's signal.
async function answerOf<T>(work: (signal: AbortSignal) => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, signal } = options;
  const attempt = new AbortController();
  const abort = () => {
    attempt.abort(signal?.reason);
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    attempt.abort();
  }, policy.answerMs);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await work(attempt.signal);
  } catch (error) {
    if (!late) throw error;
    throw new AzureFailure(`No answer within ${policy.answerMs / 1000} seconds`, { kind: "network", code: "TIMEOUT" });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
