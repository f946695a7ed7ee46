/** The process around a command: its streams, its signals and its end. */
import { muteLmdb } from "./console.js";
import type { Io } from "./io.js";
import { interruption, type StopSignal } from "./output/errors.js";

/**
 * Ends the process with what `main` returns.
 * @param main is given the words behind the program's name
 */
export async function runProcess(main: (argv: readonly string[], io: Io) => Promise<number>): Promise<never> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] satisfies StopSignal[]) {
    process.on(signal, () => {
      // Asked a second time: at once, and without anything that could hang.
      if (stop.signal.aborted) {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
        return;
      }
      stop.abort(interruption(signal));
    });
  }
  // A terminal that goes away is no reason to leave things half done, but it is one to stop.
  process.on("SIGHUP", () => stop.abort(interruption("SIGTERM")));

  muteLmdb(process.stderr);

  process.exitCode = await main(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: stop.signal,
  });
  // Everything is written and closed by now; a pooled connection that lingers is no reason to wait.
  process.exit();
}
