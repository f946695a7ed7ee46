/** Running many tasks with a bound on how many run at once: `run` waits for a free place, not for the task. */

export class BoundedTasks {
  readonly #limit: number;
  #running = 0;
  #failure: { readonly error: unknown } | undefined;
  /** Who waits for a free place, and who for all to have ended: of the former one is woken for each place, or all would be for every task. */
  readonly #queue: (() => void)[] = [];
  #idlers: (() => void)[] = [];

  /** @param limit at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Starts `task` as soon as a place is free.
   * @throws what an earlier task threw, instead of starting this one
   */
  async run(task: () => Promise<void>): Promise<void> {
    // The place of a task that has ended goes straight to the next one, so that nobody slips in between.
    if (this.#running >= this.#limit && !this.#failure) await new Promise<void>((enter) => this.#queue.push(enter));
    else this.#running++;
    if (this.#failure) {
      this.#leave();
      throw this.#failure.error;
    }
    void this.#execute(task);
  }

  /** Resolves when nothing runs any more. @throws what the first failing task threw */
  async idle(): Promise<void> {
    await this.settled();
    this.#throwFailure();
  }

  /** As `idle`, without throwing. */
  async settled(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#idlers.push(resolve));
  }

  async #execute(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#leave();
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next) {
      next();
      return;
    }
    this.#running--;
    if (this.#running > 0) return;
    const idlers = this.#idlers;
    this.#idlers = [];
    for (const wake of idlers) wake();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
