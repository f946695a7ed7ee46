/**
 * Whose turn it is to read the kernel's next message. The kernel wakes the threads that wait for it one after another, so that of
 * somebody who asks one thing after another each question meets another thread, with its own compiled code, its own caches and a core
 * that has gone to sleep. With turns one thread waits for the kernel, and answers, until it is about to do what takes long, or
 * until more is asked than one can answer; then the next one waits while it works.
 *
 * The turn is a word that all threads share. A thread that dies with it is found out by the main thread, which calls `retire`.
 */

const FREE = 0;

export class ReadingTurn {
  readonly #word: Int32Array;
  readonly #self: number;
  #isMine = false;

  /** @param self a number of the thread's own, not 0 */
  constructor(word: Int32Array, self: number) {
    this.#word = word;
    this.#self = self;
  }

  /** A new word, shared, which is nobody's turn. */
  static newWord(): Int32Array {
    return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  }

  /** Waits until it is this thread's turn. Nothing happens when it is already. */
  take(): void {
    while (!this.#isMine) {
      const holder = Atomics.compareExchange(this.#word, 0, FREE, this.#self);
      if (holder === FREE) this.#isMine = true;
      else Atomics.wait(this.#word, 0, holder);
    }
  }

  /** Lets another thread take it. Nothing happens when it is not this thread's. */
  pass(): void {
    if (!this.#isMine) return;
    this.#isMine = false;
    Atomics.store(this.#word, 0, FREE);
    Atomics.notify(this.#word, 0, 1);
  }

  /** To be called when a thread is gone: it may have had the turn, or have died on the way to or from it. */
  static retire(word: Int32Array, thread: number): void {
    Atomics.compareExchange(word, 0, thread, FREE);
    Atomics.notify(word, 0);
  }
}
