/**
 * A share on local folders whose commands are killed: each is the built command in a process of its own. What a
 * published snapshot has once shown is remembered, and has to be shown for ever.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { Random } from "../../support/tree.js";

const command = join(import.meta.dirname, "..", "..", "..", "dist", "cli", "main.js");
const DAY_MS = 24 * 60 * 60 * 1000;
const share = "acme/docs";

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Remembered {
  /** What `ls -R --json` said. */
  readonly listing: string;
  /** A folder with what it held. */
  readonly copy: string;
}

export interface BackupAnswer {
  readonly name: string;
  readonly files: number;
  readonly counters: { readonly bytesRead: number; readonly bytesStored: number };
}

export class StruckShare implements AsyncDisposable {
  readonly #directory: TemporaryDirectory;
  readonly random: Random;
  readonly #remembered = new Map<string, Remembered>();
  /** How many commands were killed before they ended. */
  kills = 0;
  /** How many files the killed ones have left in the store that are no objects. */
  leftovers = 0;
  #files = 0;

  private constructor(directory: TemporaryDirectory, seed: number) {
    this.#directory = directory;
    this.random = new Random(seed);
  }

  static async create(seed: number, files: number): Promise<StruckShare> {
    const struck = new StruckShare(await temporaryDirectory(), seed);
    for (let folder = 0; folder < files / 40; folder++)
      await mkdir(struck.source(`folder ${folder}`), { recursive: true });
    for (let n = 0; n < files; n++) await struck.#addFile();
    return struck;
  }

  path(...parts: readonly string[]): string {
    return this.#directory.join(...parts);
  }

  source(...parts: readonly string[]): string {
    return this.path("source", ...parts);
  }

  start(...argv: readonly string[]): { readonly child: ChildProcess; readonly end: Promise<Ended> } {
    const all = [command, ...argv, "--config", this.path("sharestrata.yaml")];
    const child = spawn(process.execPath, all, { cwd: this.path(), stdio: ["ignore", "pipe", "pipe"] });
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    const end = new Promise<Ended>((resolve) => {
      child.once("close", (status, signal) => {
        void said.then(([stdout, stderr]) => resolve({ status, signal, stdout, stderr }));
      });
    });
    return { child, end };
  }

  run(...argv: readonly string[]): Promise<Ended> {
    return this.start(...argv).end;
  }

  /** As `run`, for what has to succeed without a word on stderr. @returns its standard output */
  async ok(...argv: readonly string[]): Promise<string> {
    const ended = await this.run(...argv);
    expectEqual(ended, { ...ended, status: 0, stderr: "" });
    return ended.stdout;
  }

  /** Sends a signal to a command some time after its start; it may have ended by then. */
  async strike(signal: NodeJS.Signals, mostMs: number, ...argv: readonly string[]): Promise<Ended> {
    const { child, end } = this.start(...argv);
    await setTimeout(this.random.integer(0, mostMs));
    child.kill(signal);
    const ended = await end;
    if (ended.signal === "SIGKILL") {
      this.kills++;
      expectEqual(ended.stderr, "");
    }
    return ended;
  }

  initArguments(): readonly string[] {
    return ["init", "--share", share, "--source", `file://${this.source()}`, "--store", `file://${this.path("store")}`];
  }

  async backup(): Promise<BackupAnswer> {
    return (JSON.parse(await this.ok("backup", share, "--json")) as { snapshot: BackupAnswer }).snapshot;
  }

  async snapshots(): Promise<readonly { readonly name: string }[]> {
    return (JSON.parse(await this.ok("snapshots", share, "--json")) as { snapshots: { name: string }[] }).snapshots;
  }

  /** What was published once is there as it was. What a killed backup has published nevertheless is remembered now. */
  async expectIntact(readsBack = true): Promise<void> {
    const names = (await this.snapshots()).map(({ name }) => name);
    expectEqual(names.slice(0, this.#remembered.size), [...this.#remembered.keys()]);
    for (const name of names) {
      const listing = await this.ok("ls", "-R", "--json", `${share}@${name}`);
      const known = this.#remembered.get(name);
      if (!known) {
        this.#remembered.set(name, { listing, copy: await this.#restored(name) });
        continue;
      }
      expectEqual(listing, known.listing);
      if (!readsBack) continue;
      const again = await this.#restored(name);
      expectSame(known.copy, again);
      await rm(again, { recursive: true });
    }
  }

  /** The newest snapshot holds what the source does now. */
  async expectComplete(): Promise<void> {
    const restored = await this.#restored("latest");
    expectSame(this.source(), restored);
    await rm(restored, { recursive: true });
  }

  async #restored(snapshot: string): Promise<string> {
    const to = this.path(`restored-${this.random.bits()}`);
    await this.ok("restore", `${share}@${snapshot}`, "--to", to, "--quiet");
    return to;
  }

  async forgetState(): Promise<void> {
    await rm(this.path("state"), { recursive: true, force: true });
  }

  /** What killed writers have left goes away a day later, with the next backup. */
  async expectNoLeftoversTomorrow(): Promise<void> {
    const folder = this.path("store", ".tmp");
    const names = existsSync(folder) ? await readdir(folder) : [];
    this.leftovers += names.length;
    const yesterday = new Date(Date.now() - 2 * DAY_MS);
    for (const name of names) await utimes(join(folder, name), yesterday, yesterday);
    await this.backup();
    if (existsSync(folder)) expectEqual(await readdir(folder), []);
  }

  /** As people do between two backups: adds, changes, deletes, renames and moves, of files and folders. */
  async edit(edits: number): Promise<void> {
    for (let n = 0; n < edits; n++) {
      const folders = await this.#folders();
      const folder = this.random.pick(folders);
      const file = this.random.pick([undefined, ...(await filesIn(folder))]);
      const kind = this.random.pickWeighted({ add: 4, change: 4, move: 4, remove: 2, moveFolder: 0.5 });
      const target = join(this.random.pick(folders), `moved ${n} ${this.random.bits()}`);
      if (kind === "add" || file === undefined) await this.#addFile();
      else if (kind === "change") await writeFile(file, this.#content());
      else if (kind === "remove") await rm(file);
      else if (kind === "move") await rename(file, target);
      else if (!target.startsWith(`${folder}/`)) await rename(folder, target);
    }
  }

  async #addFile(): Promise<void> {
    const folder = this.random.pick(await this.#folders());
    await writeFile(join(folder, `file ${this.#files++} ä.txt`), this.#content());
  }

  #foldersKnown: string[] = [];

  async #folders(): Promise<readonly string[]> {
    if (this.#foldersKnown.length === 0 || !this.#foldersKnown.every((folder) => existsSync(folder))) {
      const all = await readdir(this.source(), { recursive: true, withFileTypes: true });
      this.#foldersKnown = all
        .filter((entry) => entry.isDirectory())
        .map(({ parentPath, name }) => join(parentPath, name));
    }
    return this.#foldersKnown;
  }

  #content(): Uint8Array {
    const size = this.random.pickWeighted({ small: 20, medium: 2, large: 0.1 });
    const most = { small: 4000, medium: 200_000, large: 6_000_000 }[size];
    const length = this.random.integer(0, most);
    return this.random.chance(0.5) ? this.random.text(length) : this.random.bytes(length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory[Symbol.asyncDispose]();
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
}

function expectEqual(found: unknown, expected: unknown): void {
  expect(found).toEqual(expected);
}

/** As `diff -r` sees it, with modes and times. */
function expectSame(one: string, other: string): void {
  expect(execFileSync("diff", ["-r", one, other], { encoding: "utf8" })).toBe("");
  expect(listed(other)).toBe(listed(one));
}

function listed(folder: string): string {
  const found = execFileSync("find", [".", "-printf", "%y %m %s %T@ %P\n"], { cwd: folder, encoding: "utf8" });
  return found.trimEnd().split("\n").map(comparable).toSorted().join("\n");
}

/** What a directory takes is the file system's affair, and Node sets times to the microsecond, by way of a float. */
function comparable(line: string): string {
  const [kind = "", mode, size, time, ...name] = line.split(" ");
  return [name.join(" "), kind, mode, kind === "d" ? "" : size, Math.round(Number(time) * 1000)].join(" ");
}
