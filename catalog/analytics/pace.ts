/**
 * Keeps a long loop that never waits for anything stoppable: now and then it lets the event loop run, which is where a
 * signal arrives, and looks whether it is to stop.
 */
import { setImmediate } from "node:timers/promises";

/** A power of two. Some fifty milliseconds of work, so that Ctrl-C is felt at once and waiting costs nothing. */
const STEPS = 65_536;

export class Pace {
  readonly #signal: AbortSignal | undefined;
  #steps = 0;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Counts a step. @returns whether `breathe` is due */
  step(): boolean {
    return (++this.#steps & (STEPS - 1)) === 0;
  }

  /** @throws the reason of the signal when it is aborted */
  async breathe(): Promise<void> {
    await setImmediate();
    this.#signal?.throwIfAborted();
  }
}
