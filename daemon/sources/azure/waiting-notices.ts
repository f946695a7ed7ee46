/** What people are told while a run waits for the service: one sentence each time it begins to, and not every few seconds. */
import { messageOf } from "../../../core/errors.js";
import type { Logger } from "../../../core/logger.js";
import type { AzureFailure } from "./failures.js";
import type { Timing } from "./timing.js";

/** A service that slows a run down does so again and again; once said, it is known for a while. */
const QUIET_MS = 60_000;

export class WaitingNotices {
  readonly #logger: Logger;
  readonly #timing: Pick<Timing, "elapsedMs">;
  #saidAtMs = Number.NEGATIVE_INFINITY;
  #hasSaid = false;

  constructor(logger: Logger, timing: Pick<Timing, "elapsedMs">) {
    this.#logger = logger;
    this.#timing = timing;
  }

  closed(failure: AzureFailure, pauseMs: number): void {
    const nowMs = this.#timing.elapsedMs();
    this.#hasSaid = nowMs - this.#saidAtMs >= QUIET_MS;
    if (this.#hasSaid) this.#saidAtMs = nowMs;
    const fields = { reason: messageOf(failure), pauseMs };
    const text = sentence(failure, pauseMs);
    if (this.#hasSaid) this.#logger.warn(fields, text);
    else this.#logger.debug(fields, text);
  }

  opened(): void {
    if (this.#hasSaid) this.#logger.info({}, "Azure Files answers again");
  }
}

function sentence({ kind, code, status, retryAfterMs }: AzureFailure, pauseMs: number): string {
  if (kind === "network") return `Azure Files does not answer (${code ?? "no connection"}), waiting until it does`;
  const seconds = Math.max(1, Math.round(pauseMs / 1000));
  if (retryAfterMs !== undefined) return `Azure Files asks to slow down, waiting ${seconds} s`;
  return `Azure Files is busy (${code ?? `status ${status}`}), waiting ${seconds} s and trying again until it is not`;
}
