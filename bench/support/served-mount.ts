/** A mount that some program serves in the foreground: started, waited for, looked at from outside, and taken away again. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { mountsAt } from "./kernel.js";
import type { Cleanup } from "./cleanup.js";

export interface Residency {
  readonly rssBytes: number;
  /** Of that, what is not of files. */
  readonly anonymousBytes: number;
  readonly fileBytes: number;
}

export interface ServedMount {
  readonly mountPoint: string;
  /** From the start of the program to the end of the first listing. */
  readonly readySeconds: number;
  memory(): Residency;
  unmount(): Promise<void>;
}

export interface ServeOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly mountPoint: string;
  /** What is listed first. */
  readonly firstFolder: string;
}

const PATIENCE_SECONDS = 120;
const LOOK_EVERY_MS = 2;

/** @throws Error with what the program has said when it ends before anything can be listed */
export async function serveMount(options: ServeOptions, cleanup: Cleanup): Promise<ServedMount> {
  const { program, args, env = {}, mountPoint, firstFolder } = options;
  mkdirSync(mountPoint, { recursive: true });
  const begun = performance.now();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => said.push(bytes));
  const ended = once(child, "close");
  ended.catch(() => undefined);
  const unmount = cleanup.add(`the mount at ${mountPoint}`, async () => {
    while (mountsAt(mountPoint) > 0) execFileSync("umount", ["--lazy", mountPoint]);
    if (child.exitCode === null && child.signalCode === null) {
      await Promise.race([ended, delay(10_000, undefined, { ref: false })]);
      child.kill("SIGKILL");
    }
    await ended;
  });
  while (mountsAt(mountPoint) === 0) {
    const late = performance.now() - begun > PATIENCE_SECONDS * 1000;
    if (late || child.exitCode !== null || child.signalCode !== null) {
      await unmount();
      throw new Error(`${program} does not mount: ${Buffer.concat(said).toString().trim()}`);
    }
    await delay(LOOK_EVERY_MS, undefined, { signal: cleanup.signal });
  }
  execFileSync("ls", [firstFolder]);
  return {
    mountPoint,
    readySeconds: (performance.now() - begun) / 1000,
    memory: () => residencyOf(child.pid ?? 0),
    unmount,
  };
}

function residencyOf(pid: number): Residency {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (field: string): number =>
    1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
  return { rssBytes: of("VmRSS"), anonymousBytes: of("RssAnon"), fileBytes: of("RssFile") };
}
