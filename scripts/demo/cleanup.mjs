// Owns leaving the machine as it was, whatever happens: things to undo are noted when they are done, and undone in reverse
// order at the end, after a failure, and on Ctrl-C or SIGTERM.

export class Cleanup {
  /** @type {{what: string, undo: () => void | Promise<void>}[]} */
  #pending = [];
  #stop = new AbortController();

  constructor() {
    for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
      process.on(name, () => this.#stop.abort(new Interrupted(name)));
    }
  }

  /** Aborted by the first signal; the story stops where it is, and `run` undoes it. */
  get signal() {
    return this.#stop.signal;
  }

  /** @param {string} what for the message, should undoing fail @param {() => void | Promise<void>} undo */
  add(what, undo) {
    this.#pending.push({ what, undo });
  }

  /** Undoes everything; goes on past failures. @returns {Promise<string[]>} what could not be undone, and why */
  async run() {
    const failures = [];
    for (let entry = this.#pending.pop(); entry !== undefined; entry = this.#pending.pop()) {
      try {
        await entry.undo();
      } catch (error) {
        failures.push(`${entry.what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  }
}

/** The reason of an abort by a signal. */
export class Interrupted extends Error {
  /** @param {"SIGINT" | "SIGTERM" | "SIGHUP"} signalName */
  constructor(signalName) {
    super(`stopped by ${signalName}`);
    this.name = "Interrupted";
    this.exitStatus = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signalName];
  }
}
