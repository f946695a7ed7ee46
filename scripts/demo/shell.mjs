// Owns running the commands of the demo: exactly what is shown goes to a shell, in the demo's folder, with `sharestrata`
// on the PATH.
import { spawn } from "node:child_process";
import { showCommand, showOutput } from "./narrator.mjs";

export class Shell {
  #folder;
  #env;
  #signal;

  /** @param {string} folder @param {Record<string, string>} env added to ours @param {AbortSignal} signal ends a running command */
  constructor(folder, env, signal) {
    this.#folder = folder;
    this.#env = { ...process.env, ...env };
    this.#signal = signal;
  }

  /**
   * Shows a command, runs it, and shows its output when it is through.
   * @param {string} command
   * @param {{allowed?: readonly number[]}} [options] exit statuses that are no failure; any other is thrown
   * @returns {Promise<string>} stdout
   */
  async show(command, options = {}) {
    showCommand(command);
    const { stdout, output } = await this.#run(command, options);
    showOutput(output);
    return stdout;
  }

  /** The same without showing anything. @param {string} command @returns {Promise<string>} stdout */
  async quietly(command) {
    return (await this.#run(command, {})).stdout;
  }

  /**
   * @param {string} command
   * @param {{allowed?: readonly number[]}} options
   * @returns {Promise<{stdout: string, output: string}>}
   */
  #run(command, { allowed = [0] }) {
    return new Promise((resolve, reject) => {
      // A group of its own: Ctrl-C on the terminal reaches the demo alone, which then ends things in the right order.
      const child = spawn("/bin/bash", ["-c", command], {
        cwd: this.#folder,
        env: this.#env,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      let stdout = "";
      let output = "";
      const stop = () => {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      };
      this.#signal.addEventListener("abort", stop, { once: true });
      child.stdout.setEncoding("utf8").on("data", (chunk) => {
        stdout += chunk;
        output += chunk;
      });
      child.stderr.setEncoding("utf8").on("data", (chunk) => (output += chunk));
      child.on("error", reject);
      // Not "close": what goes on in the background may keep our pipes open.
      child.on("exit", (status, signal) => {
        this.#signal.removeEventListener("abort", stop);
        setImmediate(() => {
          if (this.#signal.aborted) reject(this.#signal.reason);
          else if (allowed.includes(status ?? -1)) resolve({ stdout, output });
          else reject(new Error(`${command}\nended with ${signal ?? `status ${status}`}:\n${output.trim()}`));
        });
      });
    });
  }
}
