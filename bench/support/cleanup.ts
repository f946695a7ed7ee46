/** Things to undo, undone in reverse order at the end, after a failure, and when the run is stopped by a signal. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export class Cleanup implements AsyncDisposable {
  readonly #pending: { readonly what: string; readonly undo: () => void | Promise<void> }[] = [];
  readonly #stop = new AbortController();
  readonly #listen = (): void => this.#stop.abort(new Error("stopped by a signal"));

  constructor() {
    for (const name of SIGNALS) process.on(name, this.#listen);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** @returns undoes it before its time */
  add(what: string, undo: () => void | Promise<void>): () => Promise<void> {
    const entry = { what, undo };
    this.#pending.push(entry);
    return async () => {
      const at = this.#pending.indexOf(entry);
      if (at < 0) return;
      this.#pending.splice(at, 1);
      await undo();
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let entry = this.#pending.pop(); entry; entry = this.#pending.pop()) {
      try {
        await entry.undo();
      } catch (error) {
        console.error(`${entry.what} could not be undone: ${String(error)}`);
      }
    }
    for (const name of SIGNALS) process.off(name, this.#listen);
  }
}
