/** Running many tasks with a bound on how many run at once: `run` waits for a free place, not for the task. */

export class BoundedTasks {
  readonly #limit: number;
  #running = 0;
  #failure: { readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  /** @param limit at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Starts `task` as soon as a place is free.
   * @throws what an earlier task threw, instead of starting this one
   */
  async run(task: () => Promise<void>): Promise<void> {
    while (this.#running >= this.#limit && !this.#failure) await this.#change();
    this.#throwFailure();
    this.#running++;
    void this.#execute(task);
  }

  /** Resolves when nothing runs any more. @throws what the first failing task threw */
  async idle(): Promise<void> {
    await this.settled();
    this.#throwFailure();
  }

  /** As `idle`, without throwing. */
  async settled(): Promise<void> {
    while (this.#running > 0) await this.#change();
  }

  async #execute(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#running--;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
