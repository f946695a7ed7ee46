#!/usr/bin/env -S node --max-semi-space-size=64
/**
 * The process around a command: its streams, its signals and its end. The line above gives young objects room: a backup makes
 * millions that live until their segment is written, and with 16 MB for them a fifth of its time went into collecting garbage.
 */
import { muteLmdb } from "./console.js";
import { interruption, type StopSignal } from "./output/errors.js";
import { run } from "./run.js";

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

const status = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: stop.signal,
});
process.exitCode = status;
// Everything is written and closed by now; a pooled connection that lingers is no reason to wait.
process.exit();
