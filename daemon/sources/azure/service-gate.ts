/**
 * What the requests of one run know together of the service they ask: a circuit breaker that waits instead of refusing. Open,
 * everybody passes. It closes when the service asks for a pause, or after so many failures of the service (no answer, busy)
 * with no success between them. Then whoever comes first waits, and asks the service something that it always answers; all others wait for how
 * that ends: an outage is waited out once, not by every worker, and one file whose answers always break is no outage.
 *
 * Not cockatiel's breaker: it refuses where we want to wait, knows no pause that a service asks for, and takes its time from
 * `Date.now()`, where ours is passed in and never runs back.
 */
import { type AzureFailure, failureOf, isOfService } from "./failures.js";
import type { RetryPolicy } from "./retry.js";
import type { Timing } from "./timing.js";

/** Failures in a row: fewer are an unlucky moment among many requests. */
const FAILURES_TO_CLOSE = 5;

export interface GateOptions {
  readonly policy: RetryPolicy;
  readonly timing: Timing;
  /** Asks the service, once, for something that it always answers. Rejects when it does not. */
  readonly probe: (signal: AbortSignal | undefined) => Promise<unknown>;
  /** Called once when the gate closes, not for each request and each further pause. */
  readonly onClosed?: ((failure: AzureFailure, pauseMs: number) => void) | undefined;
  /** Called once when the service answers again. */
  readonly onOpened?: (() => void) | undefined;
}

interface Closing {
  readonly sinceMs: number;
  /** How often it was asked whether it answers, in vain. */
  unanswered: number;
  /** Whether it was said that it is waited for. */
  isTold: boolean;
  /** The latest failure. */
  failure: AzureFailure;
  /** The pause before the next try. */
  pauseMs: number;
  tries: number;
  /** Whether somebody waits for the pause to end, or for an answer. */
  hasProbe: boolean;
}

export class ServiceGate {
  readonly #options: GateOptions;
  #failures = 0;
  #answers = 0;
  #closing: Closing | undefined;
  #givenUp: AzureFailure | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Whether `enter` would resolve at once. */
  get isOpen(): boolean {
    return this.#closing === undefined && this.#givenUp === undefined;
  }

  /** How many requests the service has answered, however it did. */
  get answers(): number {
    return this.#answers;
  }

  /** Whether the service was waited for in vain. */
  get isGivenUp(): boolean {
    return this.#givenUp !== undefined;
  }

  /**
   * Resolves when a request may be made.
   * @throws AzureFailure the latest one, when the service was waited for as long as the policy's `outageMs`, or given up; the signal's
   * reason
   */
  async enter(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      if (this.#givenUp) throw this.#givenUp;
      const closing = this.#closing;
      if (!closing) return;
      if (closing.hasProbe) await this.#changed(signal);
      else await this.#probe(closing, signal);
    }
  }

  /**
   * Tells how a request has ended.
   * @param failure undefined when the service did what it was asked, or refused it for a reason of its own
   * @returns whether the gate is closed now, so that the next `enter` is the pause
   */
  leave(failure: AzureFailure | undefined): boolean {
    if (failure === undefined) {
      this.#failures = 0;
      this.#answers += 1;
      return false;
    }
    this.#failures += 1;
    if (this.#closing) return true;
    if (failure.retryAfterMs === undefined && this.#failures < FAILURES_TO_CLOSE) return false;
    this.#close(failure);
    return true;
  }

  /** Nobody is let through any more: the service was too busy for one request and answered no other, for as long as an outage may take. */
  giveUp(failure: AzureFailure): void {
    this.#givenUp ??= failure;
    this.#wake();
  }

  /**
   * Resolves when it is known that the service answers: a request that has failed again and again is then alone in that, unless there
   * was an outage.
   * @returns whether there was one
   * @throws as `enter`
   */
  async confirm(failure: AzureFailure, signal: AbortSignal | undefined): Promise<boolean> {
    // Asked at once: a file that always breaks is no reason to keep all others waiting.
    if (!this.#closing && !this.#givenUp) this.#closing = this.#closingAt(failure);
    const closing = this.#closing;
    await this.enter(signal);
    return (closing?.unanswered ?? 0) > 0;
  }

  #close(failure: AzureFailure): void {
    this.#closing = this.#closingAt(failure);
    this.#plan(this.#closing);
  }

  #closingAt(failure: AzureFailure): Closing {
    const sinceMs = this.#options.timing.elapsedMs();
    return { sinceMs, unanswered: 0, isTold: false, failure, pauseMs: 0, tries: 0, hasProbe: false };
  }

  async #probe(closing: Closing, signal: AbortSignal | undefined): Promise<void> {
    closing.hasProbe = true;
    try {
      if (closing.pauseMs > 0) await this.#options.timing.sleep(closing.pauseMs, signal);
      const failure = await this.#ask(signal);
      if (failure) {
        closing.failure = failure;
        closing.unanswered += 1;
        this.#plan(closing);
      } else this.#open(closing);
    } finally {
      closing.hasProbe = false;
      this.#wake();
    }
  }

  /** What the service fails with; a refusal is an answer. */
  async #ask(signal: AbortSignal | undefined): Promise<AzureFailure | undefined> {
    try {
      await this.#options.probe(signal);
      return undefined;
    } catch (error) {
      signal?.throwIfAborted();
      const failure = failureOf(error, this.#options.timing.nowMs());
      return isOfService(failure) ? failure : undefined;
    }
  }

  /** The next pause, said once, or none where all patience is used up. */
  #plan(closing: Closing): void {
    const { policy, timing } = this.#options;
    const ceiling = Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** closing.tries);
    const backoff = Math.round(ceiling * (0.5 + timing.random() / 2));
    closing.tries += 1;
    closing.pauseMs = Math.max(backoff, closing.failure.retryAfterMs ?? 0);
    // Tries that hang are no pauses, and are waited for as well.
    const spentMs = timing.elapsedMs() - closing.sinceMs;
    if (spentMs + closing.pauseMs > policy.outageMs) {
      this.#givenUp = closing.failure;
    } else if (!closing.isTold) {
      closing.isTold = true;
      this.#options.onClosed?.(closing.failure, closing.pauseMs);
    }
  }

  #open({ isTold }: Closing): void {
    this.#closing = undefined;
    this.#failures = 0;
    if (isTold) this.#options.onOpened?.();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #changed(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      signal?.addEventListener("abort", wake, { once: true });
      this.#waiting.push(wake);
    });
  }
}
