/**
 * One request, made again while that can help: exponential backoff with jitter, a pause the service asks for is kept,
 * and one budget of waiting bounds the whole. What requests of one run have in common is in `RunPatience`: whether the service
 * answers at all (service-gate.ts), and how long single files may be waited for (run-budget.ts). The SDK's own retry is
 * switched off (it knows neither Retry-After nor another clock). Time is passed in.
 */
import { AzureFailure, failureOf, isHeld, isOfService, mayPass } from "./failures.js";
import type { RequestThrottle } from "./request-throttle.js";
import type { RunBudget } from "./run-budget.js";
import type { ServiceGate } from "./service-gate.js";
import type { Timing } from "./timing.js";

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** All pauses of one request together. A longer Retry-After ends it at once. */
  readonly budgetMs: number;
  /** How long a run waits for a service that answers nobody. A longer Retry-After ends it at once. */
  readonly outageMs: number;
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
  outageMs: 10_000,
  answerMs: 30_000,
  silenceMs: 30_000,
};

/** Hours of work stand behind a run: ride out a failover of the service, which takes about a minute, and a router that starts anew. */
export const RUNNING: RetryPolicy = {
  attempts: 12,
  firstPauseMs: 500,
  longestPauseMs: 20_000,
  budgetMs: 120_000,
  outageMs: 300_000,
  answerMs: 90_000,
  silenceMs: 60_000,
};

/** A file somebody has locked is mostly locked for long: two more tries will do. */
const HELD_ATTEMPTS = 3;

/** What the requests of one run share. */
export interface RunPatience {
  readonly gate: ServiceGate;
  readonly budget: RunBudget;
  /** undefined: as many at once as come. */
  readonly throttle?: RequestThrottle | undefined;
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly timing: Timing;
  readonly signal: AbortSignal | undefined;
  /** undefined: the request is on its own. */
  readonly run?: RunPatience | undefined;
  readonly onRetry?: ((failure: AzureFailure, pauseMs: number) => void) | undefined;
}

/** @param onAnswer to be called where the answer begins long before all of it is there: how quick the service is shows then */
export type Work<T> = (signal: AbortSignal, onAnswer: () => void) => Promise<T>;

/**
 * @param work called once a try; its signal ends with the caller's, or when the answer takes too long
 * @param pauses of a larger whole that this request is a part of
 * @throws AzureFailure the last one, when trying again cannot help or has not helped; the signal's reason when aborted
 */
export async function retrying<T>(
  work: Work<T>,
  options: RetryOptions,
  pauses: Pauses = new Pauses(options),
): Promise<T> {
  const { run, signal } = options;
  for (;;) {
    signal?.throwIfAborted();
    await run?.gate.enter(signal);
    try {
      const answer = await throttled((onAnswer) => answerOf(work, options, onAnswer), options);
      run?.gate.leave(undefined);
      run?.budget.earn();
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      await pauses.after(failureOf(error, options.timing.nowMs()));
    }
  }
}

/** What waits for its passage is not yet asked, so no time is counted for it. */
async function throttled<T>(
  request: (onAnswer: () => void) => Promise<T>,
  { run, timing, signal }: RetryOptions,
): Promise<T> {
  const throttle = run?.throttle;
  if (!throttle) return request(() => {});
  const passage = await throttle.enter(signal);
  let answeredMs: number | undefined;
  const onAnswer = (): void => void (answeredMs ??= timing.elapsedMs());
  try {
    const answer = await request(onAnswer);
    throttle.leave(passage, undefined, answeredMs);
    return answer;
  } catch (error) {
    throttle.leave(passage, signal?.aborted === true ? "nothing" : failureOf(error, timing.nowMs()));
    throw error;
  }
}

/** The waiting after each failure of one request, or of what is read in several. */
export class Pauses {
  readonly #options: RetryOptions;
  #tries = 0;
  #waitedMs = 0;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** Something went well: what fails next is another failure. */
  renew(): void {
    this.#tries = 0;
    this.#waitedMs = 0;
  }

  /**
   * Resolves when the request may be made again; where the service itself fails, the waiting may be left to the gate.
   * @throws the failure, when it is given up; the signal's reason
   */
  async after(failure: AzureFailure): Promise<void> {
    const { run, timing, signal, onRetry } = this.#options;
    const isServices = isOfService(failure);
    const isClosed = run?.gate.leave(isServices ? failure : undefined) ?? false;
    const pauseMs = this.#next(failure);
    if (pauseMs === undefined) {
      const wasOutage = isServices && ((await run?.gate.confirm(failure, signal)) ?? false);
      if (!wasOutage) throw failure;
      this.renew();
      return;
    }
    // Whoever enters next waits.
    if (isClosed) return;
    this.#waitedMs += pauseMs;
    onRetry?.(failure, pauseMs);
    await timing.sleep(pauseMs, signal);
  }

  /** undefined: give up. */
  #next(failure: AzureFailure): number | undefined {
    const { policy, timing, run } = this.#options;
    this.#tries += 1;
    const attempts = isHeld(failure) ? Math.min(HELD_ATTEMPTS, policy.attempts) : policy.attempts;
    if (!mayPass(failure) || this.#tries >= attempts) return undefined;
    const ceiling = Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** (this.#tries - 1));
    // Half of it by chance, so that many requests refused at one moment do not come back at one moment.
    const backoff = Math.round(ceiling * (0.5 + timing.random() / 2));
    // A pause that the service asks for is kept by all together, in the gate.
    if (run && isOfService(failure) && failure.retryAfterMs !== undefined) return failure.retryAfterMs;
    const pauseMs = Math.max(backoff, failure.retryAfterMs ?? 0);
    if (this.#waitedMs + pauseMs > policy.budgetMs) return undefined;
    return !run || isOfService(failure) || run.budget.spend(pauseMs) ? pauseMs : undefined;
  }
}

/** One try, bounded in time. @throws what `work` throws; AzureFailure when there was no answer in time */
// By hand rather than AbortSignal.any, which on Node 20 keeps every combination alive as long as the caller's signal.
export async function answerOf<T>(
  work: Work<T>,
  { policy, signal }: Pick<RetryOptions, "policy" | "signal">,
  onAnswer: () => void = () => {},
): Promise<T> {
  // Whoever has waited for its turn may not be wanted any more, and no event tells of it then.
  signal?.throwIfAborted();
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
    return await work(attempt.signal, onAnswer);
  } catch (error) {
    if (!late) throw error;
    throw new AzureFailure(`No answer within ${policy.answerMs / 1000} seconds`, { kind: "network", code: "TIMEOUT" });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
