// Owns mounting in a child process for a test, and that nothing of it is left behind whatever the test does.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { readMounts } from "../../../fs/transports/mountinfo.js";
import { waitUntilUsable } from "../../../fs/transports/readiness.js";
import { runUnmount } from "../../../fs/transports/unmount.js";
import { program } from "../../support/programs.js";
import type { MountChildOptions } from "./mount-child.js";

export interface MountedChild extends AsyncDisposable {
  readonly mountPoint: string;
  readonly process: ChildProcess;
  /** Everything the child wrote to stderr so far. */
  log(): string;
  /** Resolves when the child has ended by itself or by a signal. */
  readonly exited: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
}

/**
 * Mounts and waits until the mount is usable. Disposing unmounts, by force if need be, and ends the child.
 * @param spawnOptions to run the child as another user
 * @throws what the child reports when it cannot mount
 */
export async function mountInChild(
  options: MountChildOptions,
  spawnOptions: { readonly uid?: number; readonly gid?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<MountedChild> {
  const child = spawn(process.execPath, [program("test/fs/support/mount-child.ts"), JSON.stringify(options)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    ...spawnOptions,
  });
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  const exited = once(child, "close").then(([status, signal]) => ({
    status: status as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const before = countMounts(options.mountPoint);
  const unmount = async (): Promise<void> => {
    if (countMounts(options.mountPoint) > before) await runUnmount(options.mountPoint, "lazy");
  };
  const end = async (): Promise<void> => {
    await unmount();
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await exited;
    await unmount();
  };
  try {
    const mountPoint = await waitUntilUsable(child);
    child.ref(); // The tests wait for it.
    return { mountPoint, process: child, log: () => text, exited, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

const countMounts = (mountPoint: string): number =>
  readMounts().filter((mounted) => mounted.mountPoint === mountPoint).length;

export async function makeFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  return path;
}
