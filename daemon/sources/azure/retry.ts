/**
 * One request, made again while that can help (pauses.ts). What requests of one run have in common is in `RunPatience`: whether the
 * service answers at all (service-gate.ts), and how long single files may be waited for (run-budget.ts). The SDK's own retry is
 * switched off (it knows neither Retry-After nor another clock). Time is passed in.
 */
import { AzureFailure, failureOf } from "./failures.js";
import { Pauses } from "./pauses.js";
import type { Passage, RequestThrottle } from "./request-throttle.js";
import type { RunBudget } from "./run-budget.js";
import type { ServiceGate } from "./service-gate.js";
import type { Timing } from "./timing.js";

export interface RetryPolicy {
  /** Tries in all, the first included. In a run, refusals of a busy service are no tries. */
  readonly attempts: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** All pauses of one request together. A longer Retry-After ends it at once. */
  readonly budgetMs: number;
  /** How long a run waits for a service that answers nobody, or is too busy for one request. A longer Retry-After ends it at once. */
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
    const passage = await enter(options);
    try {
      const answer = await passing((onAnswer) => answerOf(work, options, onAnswer), options, passage);
      run?.gate.leave(undefined);
      run?.budget.earn();
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      await pauses.after(failureOf(error, options.timing.nowMs()));
    }
  }
}

/**
 * Resolves when the request may be made. What has waited for room may find that the service has asked for a pause meanwhile: it gives its
 * room back then, as if it had never had it, and waits with all others.
 * @returns undefined where nothing is throttled @throws as the gate and the throttle
 */
async function enter({ run, signal }: RetryOptions): Promise<Passage | undefined> {
  for (;;) {
    await run?.gate.enter(signal);
    const passage = await run?.throttle?.enter(signal);
    if (!passage || run?.gate.isOpen === true) return passage;
    run?.throttle?.giveBack();
  }
}

/** @param passage ends with the request */
async function passing<T>(
  request: (onAnswer: () => void) => Promise<T>,
  { run, timing, signal }: RetryOptions,
  passage: Passage | undefined,
): Promise<T> {
  const throttle = run?.throttle;
  if (!throttle || !passage) return request(() => {});
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
