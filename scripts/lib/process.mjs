// Owns how the scripts start other programs: what is shown, what is kept, and how an exit becomes a status.
import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import { root } from "./paths.mjs";

/**
 * Runs a program to its end with its output on ours.
 * @param {string} command
 * @param {string[]} args
 * @param {{env?: Record<string, string>}} [options] `env` is added to our own environment
 * @returns {Promise<number>} the exit status; 128 + n after signal n, 127 when the program cannot be started
 */
export function runShown(command, args, { env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
    // Ctrl-C on a terminal reaches the whole foreground group by itself; what is sent to us alone has to be handed on.
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
    for (const signal of signals) process.on(signal, forward);
    const end = (/** @type {number} */ status) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(status);
    };
    child.on("error", (error) => {
      process.stderr.write(`cannot start ${command}: ${error.message}\n`);
      end(127);
    });
    child.on("exit", (status, signal) => end(status ?? 128 + constants.signals[signal ?? "SIGTERM"]));
  });
}

/**
 * Runs a program to its end and keeps what it says.
 * @param {string} command
 * @param {string[]} args
 * @param {{env?: Record<string, string>, cwd?: string}} [options]
 * @returns {{status: number, output: string}} stdout followed by stderr; status 127 when it cannot be started
 */
export function runKept(command, args, { env = {}, cwd = root } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error) return { status: 127, output: result.error.message };
  return { status: result.status ?? 1, output: result.stdout + result.stderr };
}
