/** Runs a command line within the test's process, with streams that remember, and sets up a share to run it on. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { run } from "../../../cli/run.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";

export interface Ending {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export class Collector extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
  }
}

/** The environment is what is given and nothing else, so that no secret of the machine gets in. */
export async function sharestrata(argv: readonly string[], options: CliOptions = {}): Promise<Ending> {
  const stdout = new Collector();
  const stderr = new Collector();
  const { cwd = "/", env = {}, signal = new AbortController().signal } = options;
  const status = await run(argv, { stdout, stderr, env, cwd, signal });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

/** A folder with a source, a configuration and a store, all within a temporary one. */
export class Setting implements AsyncDisposable {
  private constructor(readonly directory: TemporaryDirectory) {}

  static async create(): Promise<Setting> {
    const setting = new Setting(await temporaryDirectory());
    await mkdir(setting.source());
    return setting;
  }

  get config(): string {
    return this.path("sharestrata.yaml");
  }

  path(...parts: readonly string[]): string {
    return this.directory.join(...parts);
  }

  source(...parts: readonly string[]): string {
    return this.path("source", ...parts);
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(join(this.source(name), ".."), { recursive: true });
    await writeFile(this.source(name), text);
  }

  run(...argv: readonly string[]): Promise<Ending> {
    return sharestrata([...argv, "--config", this.config], { cwd: this.directory.path });
  }

  /** As `run`, with the answer parsed; throws with stderr when the status is not 0. */
  async json<T>(...argv: readonly string[]): Promise<T> {
    const ending = await this.run(...argv, "--json");
    if (ending.status !== 0) throw new Error(`status ${ending.status}: ${ending.stderr}`);
    return JSON.parse(ending.stdout) as T;
  }

  init(share = "acme/docs", ...options: readonly string[]): Promise<Ending> {
    return this.run(
      "init",
      "--share",
      share,
      "--source",
      `file://${this.source()}`,
      "--store",
      `file://${this.path("store")}`,
      ...options,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.directory[Symbol.asyncDispose]();
  }
}

/** What scripts may rely on in `snapshots --json` and `backup --json`. */
export interface SnapshotAnswer {
  readonly name: string;
  readonly id: number;
  readonly files: number;
  readonly bytes: number;
  readonly status: string;
  readonly consistent?: boolean;
  readonly counters: Readonly<Record<string, number>>;
}
