/** Runs a program to its end and says how long it took and how much memory it held. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface TimedRun {
  readonly seconds: number;
  /** The most it held at once, as the kernel counts it; children are not in it. */
  readonly peakBytes: number;
}

/** @throws Error with what the program has said when it fails */
export function timed(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<TimedRun> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => said.push(bytes));
    let peakBytes = 0;
    const watch = setInterval(() => {
      peakBytes = Math.max(peakBytes, peakOf(child.pid));
    }, 100);
    child.once("error", (error) => {
      clearInterval(watch);
      reject(error);
    });
    child.once("close", (status) => {
      clearInterval(watch);
      const seconds = (performance.now() - begun) / 1000;
      if (status === 0) resolve({ seconds, peakBytes });
      else reject(new Error(`${program} ${args.join(" ")} ended with ${status}: ${Buffer.concat(said).toString()}`));
    });
  });
}

function peakOf(pid: number | undefined): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    // It has just ended, or there is no /proc.
    return 0;
  }
}
