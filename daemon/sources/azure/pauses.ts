/**
 * The waiting between the tries of one request, or of what is read in several: exponential backoff with jitter, a pause the service asks for
 * is kept, and how much of it there is depends on what has failed. A node that fails by itself is tried a few times. A service that is busy
 * speaks of no node: in a run it is waited for until it answers, as long as an outage may take. Then the run ends, unless others were
 * answered all the while: one file must not keep all of a share from being backed up, night after night.
 */
import { type AzureFailure, isBusy, isHeld, isOfService, mayPass } from "./failures.js";
import type { RetryOptions, RunPatience } from "./retry.js";

/** A file somebody has locked is mostly locked for long: two more tries will do. */
const HELD_ATTEMPTS = 3;

/** Broken connections of one request or file that are waited for in any case; those after them at the expense of the run's budget. */
const FREE_BREAKS = 2;

export class Pauses {
  readonly #options: RetryOptions;
  #tries = 0;
  #waitedMs = 0;
  /** Broken connections in all, whatever went well between them. */
  #breaks = 0;
  /** Since when the service has been too busy, and how often it has said so since. */
  #busySinceMs: number | undefined;
  #answersBefore = 0;
  #refusals = 0;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** Something went well: what fails next is another failure. */
  renew(): void {
    this.#tries = 0;
    this.#waitedMs = 0;
    this.#busySinceMs = undefined;
    this.#refusals = 0;
  }

  /**
   * Resolves when the request may be made again; where the service itself fails, the waiting may be left to the gate.
   * @throws the failure, when it is given up; the signal's reason
   */
  async after(failure: AzureFailure): Promise<void> {
    const { run, timing, signal, onRetry } = this.#options;
    if (run && isBusy(failure)) {
      await this.#afterRefusal(failure, run);
      return;
    }
    const isServices = isOfService(failure);
    const isClosed = run?.gate.leave(isServices ? failure : undefined) ?? false;
    const pauseMs = this.#next(failure);
    if (pauseMs === undefined) {
      const wasOutage = isServices && ((await run?.gate.confirm(failure, signal)) ?? false);
      if (!wasOutage) throw failure;
      this.renew();
      this.#breaks = 0;
      return;
    }
    // Whoever enters next waits.
    if (isClosed) return;
    this.#waitedMs += pauseMs;
    onRetry?.(failure, pauseMs);
    await timing.sleep(pauseMs, signal);
  }

  /** The service was too busy. Others may be answered meanwhile, so the gate alone would wait for no longer than it asks, each time anew. */
  async #afterRefusal(failure: AzureFailure, { gate }: RunPatience): Promise<void> {
    const { policy, timing, signal, onRetry } = this.#options;
    const nowMs = timing.elapsedMs();
    if (this.#busySinceMs === undefined) {
      this.#busySinceMs = nowMs;
      this.#answersBefore = gate.answers;
    }
    const pauseMs = Math.max(this.#backoff(this.#refusals++), failure.retryAfterMs ?? 0);
    const isClosed = gate.leave(failure);
    if (nowMs - this.#busySinceMs + pauseMs > policy.outageMs) {
      if (gate.answers === this.#answersBefore) gate.giveUp(failure);
      throw failure;
    }
    onRetry?.(failure, pauseMs);
    if (isClosed) await gate.enter(signal);
    const leftMs = nowMs + pauseMs - timing.elapsedMs();
    if (leftMs > 0) await timing.sleep(leftMs, signal);
  }

  /** undefined: give up. */
  #next(failure: AzureFailure): number | undefined {
    const { policy, run } = this.#options;
    this.#tries += 1;
    const attempts = isHeld(failure) ? Math.min(HELD_ATTEMPTS, policy.attempts) : policy.attempts;
    if (!mayPass(failure) || this.#tries >= attempts) return undefined;
    const pauseMs = Math.max(this.#backoff(this.#tries - 1), failure.retryAfterMs ?? 0);
    if (this.#waitedMs + pauseMs > policy.budgetMs) return undefined;
    return !run || this.#isFree(failure) || run.budget.spend(pauseMs) ? pauseMs : undefined;
  }

  /** Whether it may be waited for without speaking of this node. */
  #isFree(failure: AzureFailure): boolean {
    if (failure.kind !== "network") return isOfService(failure);
    this.#breaks += 1;
    return this.#breaks <= FREE_BREAKS;
  }

  #backoff(pausesBefore: number): number {
    const { policy, timing } = this.#options;
    const ceiling = Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** pausesBefore);
    // Half of it by chance, so that many requests refused at one moment do not come back at one moment.
    return Math.round(ceiling * (0.5 + timing.random() / 2));
  }
}
