// Owns running programs on a mount from tests: without a shell, and with their output at hand when they fail.
import { execFile } from "node:child_process";

export interface ProgramResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs to the end whatever the status; rejects only when there is no such program. A signal's status is 128. */
export function run(program: string, args: readonly string[]): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, LC_ALL: "C.UTF-8" } };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) resolve({ status: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ status: error.code, stdout, stderr });
      else if (error.signal) resolve({ status: 128, stdout, stderr });
      else reject(new Error(`${program} cannot be run`, { cause: error }));
    });
  });
}
