/** The system's own programs that mount and unmount: which there are, and running them without a shell. */
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface Outcome {
  readonly ok: boolean;
  /** What it wrote to stdout. */
  readonly output: string;
  /** What it wrote to stderr, in the C locale. */
  readonly message: string;
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** The first of the names that is on PATH, or in the folders for system programs. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/bin", "/usr/sbin", "/sbin"];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder || ".", name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}

/** @param options.forMs after which it is killed; default: never */
export function runProgram(
  path: string,
  args: readonly string[],
  options: { readonly forMs?: number } = {},
): Promise<Outcome> {
  const { forMs: timeout = 0 } = options;
  const env = { ...process.env, LC_ALL: "C" };
  return new Promise((resolve) => {
    execFile(path, args, { env, timeout, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      resolve({ ok: error === null, output: stdout, message: stderr.trim() || (error?.message ?? "") });
    });
  });
}
