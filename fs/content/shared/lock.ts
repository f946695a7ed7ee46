/**
 * The lock of a shared memory: held for some microseconds at a time, never while anything is read, decoded or copied. Whoever cannot
 * have it for two seconds takes its holder for dead; the memory is then given up for good, since what it was at may be half
 * done. Nobody waits for it again, and nothing that others have views of is ever written to.
 */
import { Header } from "./layout.js";

const SPINS = 200;
/** Many short waits: after a pause of the whole process only one of them is over before the holder has gone on. */
const WAIT_MS = 50;
const WAITS = 40;

export class SharedLock {
  readonly #header: Int32Array;
  readonly #holder: number;

  /** @param user its number */
  constructor(header: Int32Array, user: number) {
    this.#header = header;
    this.#holder = user + 1;
  }

  get isOff(): boolean {
    return Atomics.load(this.#header, Header.isOff) !== 0;
  }

  /** @returns what `work` does, under the lock; `otherwise` when the memory is given up */
  run<T>(work: () => T, otherwise: T): T {
    if (!this.#acquire()) return otherwise;
    try {
      return work();
    } finally {
      Atomics.store(this.#header, Header.lock, 0);
      Atomics.notify(this.#header, Header.lock, 1);
    }
  }

  /** To be called when a user is gone: with the lock in its hands, the memory is given up at once. */
  retire(user: number): void {
    if (Atomics.load(this.#header, Header.lock) === user + 1) this.#giveUp();
  }

  #acquire(): boolean {
    const header = this.#header;
    for (let spins = 0, waits = 0; ; spins++) {
      if (Atomics.load(header, Header.isOff) !== 0) return false;
      const holder = Atomics.compareExchange(header, Header.lock, 0, this.#holder);
      if (holder === 0) return true;
      if (spins < SPINS) continue;
      if (Atomics.wait(header, Header.lock, holder, WAIT_MS) === "timed-out" && ++waits === WAITS) this.#giveUp();
    }
  }

  #giveUp(): void {
    Atomics.store(this.#header, Header.isOff, 1);
    Atomics.notify(this.#header, Header.lock);
    Atomics.add(this.#header, Header.landed, 1);
    Atomics.notify(this.#header, Header.landed);
  }
}
