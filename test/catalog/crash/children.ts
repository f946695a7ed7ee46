/** Children of the crash tests: TypeScript run as a process of its own, its lines, and its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { program } from "../../support/programs.js";

export interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export class Child {
  readonly #child: ChildProcess;
  readonly lines: string[] = [];
  readonly end: Promise<End>;
  #heard: (() => void)[] = [];

  /** @param file beside this one, or from the repository's root @param options given to it as JSON */
  constructor(file: string, options: object) {
    const path = file.includes("/") ? file : `test/catalog/crash/${file}`;
    const argv = [program(path), JSON.stringify(options)];
    this.#child = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "pipe"] });
    const { stdout, stderr } = this.#child;
    if (!stdout || !stderr) throw new Error("a child without streams");
    const complaints = text(stderr);
    createInterface(stdout).on("line", (line) => {
      this.lines.push(line);
      this.#wake();
    });
    this.end = new Promise((resolve) => {
      this.#child.once("close", (status, signal) => {
        this.#child.stdin?.destroy();
        void complaints.then((said) => resolve({ status, signal, stderr: said }));
        this.#wake();
      });
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Resolves when it has said `count` lines that match, or has ended. @returns whether it said them */
  async heard(pattern: RegExp, count = 1): Promise<boolean> {
    for (;;) {
      if (this.lines.filter((line) => pattern.test(line)).length >= count) return true;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) return false;
      await new Promise<void>((resolve) => this.#heard.push(resolve));
    }
  }

  get isStopped(): boolean {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
  }

  #wake(): void {
    for (const wake of this.#heard.splice(0)) wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.end;
  }
}
