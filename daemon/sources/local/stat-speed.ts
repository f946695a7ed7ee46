/**
 * Whether `lstat` finds what it asks for in memory. It takes three microseconds then, and thirty through the thread pool
 * (measured); from a disk or over a network it takes so long that four at a time in the pool are worth it, and that this
 * thread must not wait for it.
 */

/** Much more than an inode in memory takes, and much less than any disk. */
const SLOW_MS = 0.03;
/** So many slow times in a row: once may be another process that had the processor. */
const SLOW_TIMES = 4;
/** So many go through the pool then, before it is tried again. */
const POOLED = 1024;

export class StatSpeed {
  readonly #now: () => number;
  #slowTimes = 0;
  #pooledLeft = 0;

  /** @param now milliseconds on a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get isFast(): boolean {
    return this.#pooledLeft <= 0;
  }

  /** Does so many synchronously and takes their time. */
  during<T>(count: number, work: () => T): T {
    const before = this.#now();
    const result = work();
    const isSlow = this.#now() - before > SLOW_MS * Math.max(count, 8);
    this.#slowTimes = isSlow ? this.#slowTimes + 1 : 0;
    if (this.#slowTimes >= SLOW_TIMES) this.#pooledLeft = POOLED;
    return result;
  }

  /** So many go through the pool. */
  pooled(count: number): void {
    this.#pooledLeft -= count;
  }
}
