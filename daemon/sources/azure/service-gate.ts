/**
 * What the requests of one run know together of the service they ask: a circuit breaker that waits instead of refusing. Open,
 * everybody passes. It closes when the service asks for a pause, or after so many failures of the service (no answer, busy)
 * with no success between them. Then one request waits and tries, whoever comes first, and all others wait for how it ends: an outage is
 * waited out once, not by every worker. Failures of single files never close it.
 *
 * Not cockatiel's breaker: it refuses where we want to wait, knows no pause that a service asks for, and takes its time from
 * `Date.now()`, where ours is passed in.
 */
import type { AzureFailure } from "./failures.js";
import type { Pace, RetryPolicy } from "./retry.js";

/** Failures in a row: fewer are an unlucky moment among many requests. */
const FAILURES_TO_CLOSE = 5;

export interface GateOptions {
  readonly policy: RetryPolicy;
  readonly pace: Pace;
  /** Called once when the gate closes, not for each request and each further pause. */
  readonly onClosed?: ((failure: AzureFailure, pauseMs: number) => void) | undefined;
  /** Called once when the service answers again. */
  readonly onOpened?: (() => void) | undefined;
}

interface Closing {
  readonly sinceMs: number;
  /** The latest failure. */
  failure: AzureFailure;
  /** The pause before the next try. */
  pauseMs: number;
  /** All pauses so far. */
  waitedMs: number;
  tries: number;
  /** Whether a request waits for the pause to end or tries. */
  hasProbe: boolean;
}

/** What `enter` gives: whose outcome decides about the gate. */
export type Turn = "ordinary" | "probe";

export class ServiceGate {
  readonly #options: GateOptions;
  #failures = 0;
  #closing: Closing | undefined;
  #givenUp: AzureFailure | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Whether the service was waited for in vain. */
  get isGivenUp(): boolean {
    return this.#givenUp !== undefined;
  }

  /**
   * Resolves when a request may be made. Each turn has to end by `leave`.
   * @throws AzureFailure the latest one, when the service was waited for as long as the policy's `outageMs`; the signal's
   * reason
   */
  async enter(signal: AbortSignal | undefined): Promise<Turn> {
    for (;;) {
      signal?.throwIfAborted();
      if (this.#givenUp) throw this.#givenUp;
      const closing = this.#closing;
      if (!closing) return "ordinary";
      if (!closing.hasProbe) return this.#probe(closing, signal);
      await this.#changed(signal);
    }
  }

  /**
   * @param failure undefined when the service did what it was asked, or refused it for a reason of its own
   * @param turn of the request
   * @returns whether the gate is closed now, so that the next `enter` is the pause
   */
  leave(turn: Turn, failure: AzureFailure | undefined): boolean {
    if (failure === undefined) {
      this.#failures = 0;
      // Who was asked before it closed tells nothing of now.
      if (turn === "probe") this.#open();
      return false;
    }
    this.#failures += 1;
    if (turn === "probe" || this.#closing) {
      this.#remain(failure, turn);
      return true;
    }
    if (failure.retryAfterMs === undefined && this.#failures < FAILURES_TO_CLOSE) return false;
    const sinceMs = this.#options.pace.nowMs();
    const closing = { sinceMs, failure, pauseMs: 0, waitedMs: 0, tries: 0, hasProbe: false };
    this.#closing = closing;
    this.#plan(closing);
    if (!this.#givenUp) this.#options.onClosed?.(failure, closing.pauseMs);
    return true;
  }

  /** A turn that has ended without telling anything: the request was called off. */
  abandon(turn: Turn): void {
    if (turn !== "probe" || !this.#closing) return;
    this.#closing.hasProbe = false;
    this.#wake();
  }

  async #probe(closing: Closing, signal: AbortSignal | undefined): Promise<Turn> {
    closing.hasProbe = true;
    try {
      await this.#options.pace.sleep(closing.pauseMs, signal);
    } catch (error) {
      this.abandon("probe");
      throw error;
    }
    closing.waitedMs += closing.pauseMs;
    return "probe";
  }

  #remain(failure: AzureFailure, turn: Turn): void {
    const closing = this.#closing;
    if (!closing || turn !== "probe") return;
    closing.failure = failure;
    closing.hasProbe = false;
    this.#plan(closing);
    this.#wake();
  }

  /** The next pause, or none where all patience is used up. */
  #plan(closing: Closing): void {
    const { policy, pace } = this.#options;
    const ceiling = Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** closing.tries);
    const backoff = Math.round(ceiling * (0.5 + pace.random() / 2));
    closing.tries += 1;
    closing.pauseMs = Math.max(backoff, closing.failure.retryAfterMs ?? 0);
    // Tries that hang are no pauses, and are waited for as well.
    const spentMs = Math.max(closing.waitedMs, pace.nowMs() - closing.sinceMs);
    if (spentMs + closing.pauseMs > policy.outageMs) this.#givenUp = closing.failure;
  }

  #open(): void {
    if (!this.#closing) return;
    this.#closing = undefined;
    this.#options.onOpened?.();
    this.#wake();
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
