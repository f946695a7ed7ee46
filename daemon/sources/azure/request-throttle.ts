/**
 * Lets the requests of one run through: no more at once than the window allows, which follows how the service answers, and no more a
 * second than was set. The gate (service-gate.ts) waits for a service that answers nobody; this keeps us from being why.
 */
import type { Logger } from "../../../core/logger.js";
import type { ServiceStatus } from "../service-status.js";
import { type AzureFailure, isBusy } from "./failures.js";
import { OperationRate } from "./operation-rate.js";
import { type Cut, RequestWindow } from "./request-window.js";
import type { Timing } from "./timing.js";

export interface ThrottleLimits {
  /** Operations a second at most. */
  readonly operationsPerSecond: number;
  /** Requests at once at most. */
  readonly requestsAtOnce: number;
}

/** A third of what a share takes (some 12 000 metadata operations a second), so that those who work with it notice nothing. */
export const DEFAULT_LIMITS: ThrottleLimits = { operationsPerSecond: 4_000, requestsAtOnce: 64 };

/** It goes up and down all the time: what was said once is known for a while. */
const QUIET_MS = 60_000;

/** A request that is under way. */
export interface Passage {
  readonly begunMs: number;
  /** Whether there was room for no other one beside it. */
  readonly isFull: boolean;
}

export class RequestThrottle {
  readonly #timing: Timing;
  readonly #logger: Logger;
  readonly #window: RequestWindow;
  readonly #rate: OperationRate;
  #underWay = 0;
  /** First come, first served. */
  readonly #queue: (() => void)[] = [];
  readonly #status: ServiceStatus | undefined;
  #saidAtMs = Number.NEGATIVE_INFINITY;

  /** @param status told whenever the window is cut */
  constructor(
    { operationsPerSecond, requestsAtOnce }: ThrottleLimits,
    timing: Timing,
    logger: Logger,
    status?: ServiceStatus,
  ) {
    this.#status = status;
    this.#timing = timing;
    this.#logger = logger;
    this.#window = new RequestWindow({ most: requestsAtOnce });
    this.#rate = new OperationRate(operationsPerSecond);
  }

  /** How many requests it lets through at once now. */
  get requestsAtOnce(): number {
    return this.#window.size;
  }

  /** Resolves when the request may begin. Each passage has to end by `leave` or `giveBack`. @throws the signal's reason */
  async enter(signal: AbortSignal | undefined): Promise<Passage> {
    while (this.#underWay >= this.#window.size) await this.#turn(signal);
    this.#underWay++;
    const isFull = this.#underWay >= this.#window.size;
    try {
      const waitMs = this.#rate.take(this.#timing.elapsedMs());
      if (waitMs > 0) await this.#timing.sleep(waitMs, signal);
      return { begunMs: this.#timing.elapsedMs(), isFull };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /**
   * @param outcome undefined for an answer; what says nothing of how busy the service is: "nothing"
   * @param answeredMs when the answer began, where that was not just now: how long its body takes is an affair of the network
   */
  leave(
    { begunMs, isFull }: Passage,
    outcome: AzureFailure | "nothing" | undefined,
    answeredMs: number = this.#timing.elapsedMs(),
  ): void {
    const nowMs = this.#timing.elapsedMs();
    if (outcome === undefined) this.#told(this.#window.answered(begunMs, answeredMs, isFull), nowMs);
    else if (outcome !== "nothing" && isOverload(outcome)) this.#told(this.#window.refused(begunMs, nowMs), nowMs);
    this.#end();
  }

  /** Ends a passage that was not used, as if it had not been. */
  giveBack(): void {
    this.#rate.giveBack();
    this.#end();
  }

  #end(): void {
    this.#underWay--;
    let room = this.#window.size - this.#underWay;
    while (room-- > 0) this.#queue.shift()?.();
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        const at = this.#queue.indexOf(enter);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#queue.push(enter);
    });
  }

  #told(cut: Cut | undefined, nowMs: number): void {
    if (cut === undefined) return;
    this.#status?.slowed(() => this.#window.size);
    const fields = { requestsAtOnce: this.#window.size };
    const why = cut === "busy" ? "is busy" : "answers slowly";
    const text = `Azure Files ${why}: it is asked for less at a time`;
    if (nowMs - this.#saidAtMs < QUIET_MS) {
      this.#logger.debug(fields, text);
      return;
    }
    this.#saidAtMs = nowMs;
    this.#logger.warn(fields, text);
  }
}

function isOverload(failure: AzureFailure): boolean {
  return failure.kind === "network" ? failure.code === "TIMEOUT" : isBusy(failure);
}
