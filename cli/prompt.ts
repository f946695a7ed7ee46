/** Asking for a passphrase at a terminal: what is typed is not shown, and nowhere kept. */
import { SharestrataError } from "../core/errors.js";
import { Secret } from "../core/secret.js";
import type { Io } from "./io.js";
import { interruption } from "./output/errors.js";

const ENTER = new Set(["\r", "\n", "\u0004"]);
const BACKSPACE = new Set(["\u007f", "\b"]);
const CLEAR = "\u0015";
const INTERRUPT = "\u0003";
/** What arrow and function keys send: ECMA-48 control sequences, and SS3 with the character behind it. None is meant to be typed. */
// eslint-disable-next-line no-control-regex -- it begins with one
const KEYS = /\u001B(?:\[[0-?]*[ -/]*[@-~]|O.)/gu;

export class Prompt {
  readonly #io: Pick<Io, "stdin" | "stderr" | "signal">;
  /** What was typed ahead, or pasted: the answers to questions still to come. */
  #ahead = "";

  constructor(io: Pick<Io, "stdin" | "stderr" | "signal">) {
    this.#io = io;
  }

  /** @throws SharestrataError `INTERRUPTED` on Ctrl-C; the signal's reason */
  readonly ask = async (question: string): Promise<Secret> => {
    const { stdin, stderr, signal } = this.#io;
    signal.throwIfAborted();
    if (stdin?.isTTY !== true) throw new SharestrataError("INTERNAL", "There is nobody to ask.");
    // First of all: what is typed before would be shown.
    stdin.setRawMode?.(true);
    try {
      stderr.write(question);
      return new Secret(await this.#line(stdin));
    } finally {
      stdin.setRawMode?.(false);
      stdin.pause();
      stderr.write("\n");
    }
  };

  async #line(stdin: NodeJS.ReadableStream): Promise<string> {
    let line = "";
    for (;;) {
      for (const [at, character] of Array.from(this.#ahead).entries()) {
        const rest = (): string =>
          Array.from(this.#ahead)
            .slice(at + 1)
            .join("");
        if (character === INTERRUPT) throw interruption("SIGINT");
        if (ENTER.has(character)) {
          this.#ahead = rest();
          return line;
        }
        if (character === CLEAR) line = "";
        else if (BACKSPACE.has(character)) line = Array.from(line).slice(0, -1).join("");
        else if (character >= " ") line += character;
      }
      this.#ahead = await this.#more(stdin);
    }
  }

  #more(stdin: NodeJS.ReadableStream): Promise<string> {
    const { signal } = this.#io;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        stdin.off("data", take).off("end", end).off("error", fail);
        signal.removeEventListener("abort", stop);
      };
      const take = (piece: Buffer | string): void => (done(), resolve(piece.toString().replaceAll(KEYS, "")));
      // A terminal that goes away has answered with nothing.
      const end = (): void => (done(), resolve("\n"));
      const fail = (error: Error): void => (done(), reject(error));
      const stop = (): void => (done(), reject(signal.reason as Error));
      stdin.setEncoding("utf8");
      stdin.on("data", take).on("end", end).on("error", fail);
      signal.addEventListener("abort", stop, { once: true });
      stdin.resume();
    });
  }
}
