/**
 * What commands print. Answers go to stdout, buffered and with backpressure, so that a listing of any length needs no
 * memory; everything else goes to stderr. A reader that closes stdout early (`| head`) ends a listing quietly.
 */
import type { OutputStream } from "../io.js";

/** Thrown by `Output.line` when nobody reads stdout any more; the command ends as if it had been done. */
export class OutputClosedError extends Error {
  override readonly name = "OutputClosedError";
}

const FLUSH_AT_CHARACTERS = 65_536;

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

export class Output {
  readonly json: boolean;
  readonly quiet: boolean;
  private buffered = "";
  private closed = false;

  constructor(
    private readonly stdout: OutputStream,
    private readonly stderr: OutputStream,
    options: OutputOptions,
  ) {
    this.json = options.json;
    this.quiet = options.quiet;
    stdout.once("error", () => {
      this.closed = true;
    });
    // A closed stderr leaves nobody to tell.
    stderr.on("error", () => {});
  }

  /** Whether stdout is a terminal, where control characters in names would do harm. */
  get isTerminal(): boolean {
    return this.stdout.isTTY === true;
  }

  /**
   * @param end what ends it: a line break unless told
   * @throws OutputClosedError
   */
  async line(text: string, end: "\n" | "\0" = "\n"): Promise<void> {
    this.buffered += text + end;
    if (this.buffered.length >= FLUSH_AT_CHARACTERS || this.isTerminal) await this.flush();
    if (this.closed) throw new OutputClosedError();
  }

  /** The whole of a report, as one JSON document. Bigints are not allowed. */
  async document(value: unknown): Promise<void> {
    await this.line(JSON.stringify(value, null, 2));
  }

  /** Resolves when everything has been handed to the system. */
  async flush(): Promise<void> {
    const text = this.buffered;
    this.buffered = "";
    if (text === "" || this.closed) return;
    await new Promise<void>((resolve) => {
      this.stdout.write(text, (error) => {
        if (error) this.closed = true;
        resolve();
      });
    });
  }

  /** Something worth knowing beside the answer; not under --quiet, nor under --json. */
  note(text: string): void {
    if (!this.quiet && !this.json) this.stderr.write(`${text}\n`);
  }

  /** Something that nobody may miss, not even under --quiet; under --json the answer says it. */
  warn(text: string): void {
    if (!this.json) this.stderr.write(`${text}\n`);
  }

  /** Something that went wrong; always shown. */
  complain(text: string): void {
    this.stderr.write(`${text}\n`);
  }
}
