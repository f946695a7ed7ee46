/**
 * The pace of a long loop over something that is read synchronously: it must let the process hear signals now and then,
 * and stop when told to. Steps are counted instead of milliseconds, so that a loop goes the same way every time.
 */
import { setImmediate as nextTurn } from "node:timers/promises";

/** A few milliseconds of reading entries. */
const STEPS_A_TURN = 2048;

export class Pace {
  readonly #signal: AbortSignal | undefined;
  #left = STEPS_A_TURN;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /**
   * To be called for each thing that is looked at. Most steps cost a count and nothing else.
   * @param steps how many are taken at once
   * @returns what to await before going on, if anything; it rejects with the signal's reason
   */
  step(steps = 1): Promise<void> | undefined {
    this.#left -= steps;
    if (this.#left > 0) return undefined;
    this.#left = STEPS_A_TURN;
    return this.#turn();
  }

  async #turn(): Promise<void> {
    await nextTurn();
    this.#signal?.throwIfAborted();
  }
}
