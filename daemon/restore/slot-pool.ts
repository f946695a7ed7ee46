/** A bounded number of tasks at the same time; whoever brings one more waits until there is room. */
export class SlotPool {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(slots: number) {
    this.#free = slots;
  }

  /** Resolves when the task has begun, not when it is done. The task must deal with its own failures. */
  async start(task: () => Promise<void>): Promise<void> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    const running = task().finally(() => {
      this.#running.delete(running);
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    });
    this.#running.add(running);
  }

  /** Resolves when nothing runs any more. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
