/**
 * The folders that a restore is in, deepest last. Several walkers take what is next in the deepest one that has something
 * left, so that opening many small folders does not go one after another; no more folders are open than the tree is deep,
 * and as many as there are walkers.
 */
import type { CatalogEntry } from "../../catalog/catalog.js";
import type { DirectoryTask } from "./directory-task.js";

export interface Step {
  readonly task: DirectoryTask;
  /** undefined: there is nothing left in the folder. */
  readonly entry: CatalogEntry | undefined;
}

export class WalkStack {
  readonly #tasks: DirectoryTask[] = [];
  #busy = 0;
  #waiting: (() => void)[] = [];

  push(task: DirectoryTask): void {
    this.#tasks.push(task);
    this.#wake();
  }

  /**
   * Lets walkers work until everything is done.
   * @param visit may push
   * @throws what the first failing `visit` threw, once all have ended
   */
  async walk(walkers: number, visit: (step: Step) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(Array.from({ length: walkers }, () => this.#walker(visit)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** What a walk that failed has left, deepest first. */
  abandoned(): readonly DirectoryTask[] {
    return this.#tasks.splice(0).toReversed();
  }

  async #walker(visit: (step: Step) => Promise<void>): Promise<void> {
    for (;;) {
      const step = this.#next();
      if (!step) {
        if (this.#busy === 0) return;
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        continue;
      }
      this.#busy++;
      try {
        await visit(step);
      } finally {
        this.#busy--;
        this.#wake();
      }
    }
  }

  #next(): Step | undefined {
    const task = this.#tasks.at(-1);
    if (!task) return undefined;
    const { done, value } = task.entries.next();
    if (done === true) this.#tasks.pop();
    return { task, entry: done === true ? undefined : value };
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
