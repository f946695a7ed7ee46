// Owns the emulator's process in the demo: its start, its first line, its end.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root, typescript } from "../lib/paths.mjs";
import { emulator } from "./contract.mjs";

const startLimitMs = 30_000;
const endLimitMs = 5_000;

/**
 * Starts the emulator with an empty account in memory and waits until it says where it listens.
 * @param {AbortSignal} signal
 * @returns {Promise<{endpoint: string, key: string, connectionString: string, stop: () => Promise<void>}>}
 */
export async function startEmulator(signal) {
  const args = [...typescript, emulator.script, ...emulator.args];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, TSX_DISABLE_CACHE: "1" }, // the cache would stay in the temporary folder
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => (said += chunk));
  const stop = async () => {
    child.kill("SIGTERM");
    const patience = setTimeout(() => child.kill("SIGKILL"), endLimitMs);
    await ended;
    clearTimeout(patience);
  };
  const found = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      said += `${line}\n`;
      const connectionString = emulator.connectionString.exec(line)?.[0];
      const endpoint = emulator.fileEndpoint.exec(line)?.groups?.["endpoint"];
      const key = emulator.accountKey.exec(line)?.groups?.["key"];
      if (connectionString && endpoint && key)
        resolve({ endpoint: endpoint.replace(/\/$/, ""), key, connectionString });
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the emulator ended before it listened:\n${said.trim()}`)));
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    setTimeout(
      () => reject(new Error(`the emulator does not say where it listens:\n${said.trim()}`)),
      startLimitMs,
    ).unref();
  });
  try {
    return { ...(await found), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
