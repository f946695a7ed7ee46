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

/**
 * Bytes that are held in memory. They are taken at once, and who brings more waits until there is room again, first come
 * first served. Whoever holds bytes must be able to give them back without any others being let in.
 */
export class ByteBudget {
  readonly #limit: number;
  readonly #queue: { readonly bytes: number; readonly enter: () => void }[] = [];
  #held = 0;
  #isOver = false;

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
    this.#admit();
  }

  /** Resolves when less than the limit is held. */
  room(): Promise<void> {
    return this.acquire(0);
  }

  /** Takes as soon as less than the limit is held. */
  async acquire(bytes: number): Promise<void> {
    if (!this.takeNow(bytes)) await new Promise<void>((enter) => this.#queue.push({ bytes, enter }));
  }

  /** As `acquire`, where nobody has to wait. @returns whether it has taken them */
  takeNow(bytes: number): boolean {
    const isRoom = this.#queue.length === 0 && this.#hasRoom();
    if (isRoom) this.take(bytes);
    return isRoom;
  }

  /** Lets everybody go, now and from now on: there is nothing left to wait for. */
  end(): void {
    this.#isOver = true;
    this.#admit();
  }

  #hasRoom(): boolean {
    return this.#isOver || this.#held < this.#limit;
  }

  #admit(): void {
    while (this.#hasRoom()) {
      const next = this.#queue.shift();
      if (!next) return;
      this.take(next.bytes);
      next.enter();
    }
  }
}
