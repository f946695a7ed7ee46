/** Bounds for work in flight: how many tasks at once, and how many bytes. */

/** Runs at most `limit` tasks at a time, in the order they came. */
export class Limiter {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await task();
    } finally {
      // The place goes straight to the next one, so that nobody slips in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

/** Bytes that are held in memory. They are taken at once, and who brings more waits until there is room again. */
export class ByteBudget {
  readonly #limit: number;
  #held = 0;
  #waiting: (() => void)[] = [];

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get heldBytes(): number {
    return this.#held;
  }

  take(bytes: number): void {
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
    if (this.#held < this.#limit) this.#release();
  }

  /** Resolves when less than the limit is held. */
  async room(): Promise<void> {
    while (this.#held >= this.#limit && !this.#ended) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Lets everybody go, now and from now on: there is nothing left to wait for. */
  end(): void {
    this.#ended = true;
    this.#release();
  }

  #ended = false;

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
