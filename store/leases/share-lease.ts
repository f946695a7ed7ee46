/**
 * A lease that is held. It is renewed in the background, and lost as soon as a higher number is seen or its own last
 * heartbeat is too old by its own clock; once lost, it stays lost. Both are looked at before anything is published: the age
 * alone would not do, as a monotonic clock may stand still while a machine sleeps.
 */
import { messageOf } from "../../core/errors.js";
import type { FencingNumber } from "../../core/ids.js";
import { LeaseLostError } from "./lease-errors.js";
import type { LeaseHolder } from "./lease-holder.js";
import type { LeaseRecord } from "./lease-record.js";
import type { LeaseStore } from "./lease-store.js";
import { holdMs, type LeaseTime, type LeaseTiming } from "./lease-time.js";

export interface HeldLease {
  readonly leases: LeaseStore;
  readonly record: LeaseRecord;
  /** When the taking of it began: it counts as the first heartbeat. */
  readonly beganMs: number;
  readonly holder: LeaseHolder;
  readonly timing: LeaseTiming;
  readonly time: LeaseTime;
}

/** Disposing of it releases it. */
export class ShareLease implements AsyncDisposable {
  readonly number: FencingNumber;
  readonly #held: HeldLease;
  readonly #lost = new AbortController();
  readonly #stop: () => void;
  /** When the last heartbeat that arrived was sent. */
  #beatMs: number;
  #beat = 0;
  #beating: { readonly done: Promise<void>; readonly abort: AbortController } | undefined;
  #failure: unknown;

  constructor(held: HeldLease) {
    this.#held = held;
    this.number = held.record.number;
    this.#beatMs = held.beganMs;
    this.#stop = held.time.every(held.timing.beatMs, () => this.#renew());
  }

  /** Aborted with a LeaseLostError when the lease is lost. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Asks nobody but the own clock. @throws LeaseLostError */
  expectFresh(): void {
    const ageMs = this.#held.time.nowMs() - this.#beatMs;
    if (ageMs >= holdMs(this.#held.timing)) {
      const detail = this.#failure === undefined ? "" : ` (${messageOf(this.#failure)})`;
      this.#lose(`it could not be renewed for ${Math.round(ageMs / 1000)} seconds${detail}`, this.#failure);
    }
    this.#lost.signal.throwIfAborted();
  }

  /** Asks the store as well: to be called before each step that publishes. @throws LeaseLostError; StoreError */
  async expectHeld(): Promise<void> {
    this.expectFresh();
    if (await this.#held.leases.isOvertaken(this.number)) this.#lose("another process has taken the share over");
    // The answer may have taken long.
    this.expectFresh();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    this.#beating?.abort.abort();
    await this.#beating?.done;
    const { leases, record, holder } = this.#held;
    try {
      if (!this.#lost.signal.aborted && !(await leases.isOvertaken(this.number))) {
        await leases.replace({ ...record, state: "released", beat: ++this.#beat });
      }
    } catch {
      // Nobody needs to be told: it expires, and this machine knows at once that nobody holds it.
    } finally {
      holder.end(record.token);
    }
  }

  /** A heartbeat that is still on its way is given up for the next: its connection may be dead. */
  #renew(): void {
    this.#beating?.abort.abort();
    try {
      this.expectFresh();
    } catch {
      // Whoever waits has been told by the signal.
      return;
    }
    const abort = new AbortController();
    this.#beating = { done: this.#sendBeat(abort.signal), abort };
  }

  /** Never rejects: a heartbeat that fails is one of several. */
  async #sendBeat(signal: AbortSignal): Promise<void> {
    const { leases, record, time } = this.#held;
    try {
      if (await leases.isOvertaken(this.number, { signal })) {
        this.#lose("another process has taken the share over");
        return;
      }
      const sentMs = time.nowMs();
      const beat = ++this.#beat;
      await leases.replace({ ...record, beat }, { signal });
      this.#beatMs = Math.max(this.#beatMs, sentMs);
      this.#failure = undefined;
    } catch (error) {
      if (!signal.aborted) this.#failure = error;
    }
  }

  #lose(why: string, cause?: unknown): void {
    if (this.#lost.signal.aborted) return;
    this.#stop();
    this.#lost.abort(new LeaseLostError(this.#held.record.share, this.number, why, cause));
  }
}
