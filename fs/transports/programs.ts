/** The system's own programs that mount and unmount: which there are, and running them without a shell. */
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface Outcome {
  readonly ok: boolean;
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

export function runProgram(path: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(path, args, { env: { ...process.env, LC_ALL: "C" } }, (error, _stdout, stderr) => {
      resolve({ ok: error === null, message: stderr.trim() || (error?.message ?? "") });
    });
  });
}
