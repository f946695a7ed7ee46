/** How long a program takes whose output nobody wants. */
import { spawn } from "node:child_process";

/** @throws Error with what it has complained of when it fails */
export function secondsOf(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    const said: Buffer[] = [];
    child.stderr.on("data", (bytes: Buffer) => said.push(bytes));
    child.once("error", reject);
    child.once("close", (status) => {
      const seconds = (performance.now() - begun) / 1000;
      if (status === 0) resolve(seconds);
      else reject(new Error(`${program} ${args.join(" ")} ended with ${status}: ${Buffer.concat(said).toString()}`));
    });
  });
}
