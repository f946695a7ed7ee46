/**
 * The pace of a long loop over something that is read synchronously: it must let the process hear signals now and then,
 * and stop when told to. Steps are counted instead of milliseconds, so that a loop goes the same way every time.
 */
import { setImmediate as nextTurn } from "node:timers/promises";

/** A few milliseconds of reading entries. */
const STEPS_A_TURN = 2048;

export class Pace {
  readonly #signal: AbortSignal | undefined;
  #steps = 0;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /**
   * To be called for each thing that is looked at. Most steps cost a count and nothing else.
   * @returns what to await before going on, if anything; it rejects with the signal's reason
   */
  step(): Promise<void> | undefined {
    this.#steps++;
    return this.#steps % STEPS_A_TURN === 0 ? this.#turn() : undefined;
  }

  async #turn(): Promise<void> {
    await nextTurn();
    this.#signal?.throwIfAborted();
  }
}
