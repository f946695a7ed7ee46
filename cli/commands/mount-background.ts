/** A mount served by a process of its own, which outlives the command that started it. */
import { spawn } from "node:child_process";
import { mkdir, open } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Context, readConfig } from "../context.js";
import type { MountArguments } from "./mount.js";

/** Set for the mount process, so that one which was started with an IPC channel by somebody else does not report to them. */
const WAITED_FOR = "SHARESTRATA_MOUNT_IS_WAITED_FOR";

export function isWaitedFor(env: Readonly<Record<string, string | undefined>>): boolean {
  return env[WAITED_FOR] === "1";
}

/** @throws the error that the mount process ended with */
export async function mountInBackground(context: Context, args: Omit<MountArguments, "background">): Promise<void> {
  const { io, output } = context;
  const config = await readConfig(context);
  const { waitUntilUsable } = await import("../../fs/transports/readiness.js");
  const { isAutomountPoint, readMounts } = await import("../../fs/transports/mountinfo.js");
  const log = await openLog(config.stateDir);
  try {
    const child = spawn(
      process.execPath,
      [...process.execArgv, mainScript(), ...childArguments(context, config.file, args)],
      {
        detached: !isAutomountPoint(args.dir, readMounts()),
        cwd: io.cwd,
        env: { ...io.env, [WAITED_FOR]: "1" },
        stdio: ["ignore", "ignore", log?.fd ?? "ignore", "ipc"],
      },
    );
    const stop = (): void => void child.kill("SIGTERM");
    io.signal.addEventListener("abort", stop, { once: true });
    const mountPoint = await waitUntilUsable(child);
    io.signal.removeEventListener("abort", stop);
    io.signal.throwIfAborted();
    if (output.json) await output.document({ mountPoint, pid: child.pid });
    else output.note(`${mountPoint} is mounted (process ${child.pid}); sharestrata umount ${mountPoint} ends it.`);
  } finally {
    await log?.close();
  }
}

/** What the mount process has to say after we are gone. Without a place for it there is nobody to tell. */
async function openLog(stateDir: string): Promise<Awaited<ReturnType<typeof open>> | undefined> {
  try {
    await mkdir(stateDir, { recursive: true });
    return await open(join(stateDir, "mount.log"), "a", 0o600);
  } catch {
    return undefined;
  }
}

function childArguments(
  { io, options }: Context,
  configFile: string,
  args: Omit<MountArguments, "background">,
): readonly string[] {
  const { dir, address, allowOther, uid, gid, umask, listXattrs, transport, user, cacheSize, cacheDir, cacheDiskSize } =
    args;
  return [
    "mount",
    dir,
    ...(address === undefined ? [] : [address]),
    `--config=${configFile}`,
    `--transport=${transport}`,
    // Its current folder will be another one.
    ...(options.passphraseFile === undefined ? [] : [`--passphrase-file=${resolve(io.cwd, options.passphraseFile)}`]),
    ...(options.keyFile === undefined ? [] : [`--key-file=${resolve(io.cwd, options.keyFile)}`]),
    ...(options.verbose ? ["--verbose"] : []),
    ...(allowOther ? ["--allow-other"] : []),
    ...(uid === undefined ? [] : [`--uid=${uid}`]),
    ...(gid === undefined ? [] : [`--gid=${gid}`]),
    ...(umask === undefined ? [] : [`--umask=${umask}`]),
    ...(cacheSize === undefined ? [] : [`--cache-size=${cacheSize}`]),
    ...(cacheDir === undefined ? [] : [`--cache-dir=${resolve(io.cwd, cacheDir)}`]),
    ...(cacheDiskSize === undefined ? [] : [`--cache-disk-size=${cacheDiskSize}`]),
    ...(user === undefined ? [] : [`--user=${user}`]),
    ...(listXattrs ? ["--list-xattrs"] : []),
  ];
}

/** `cli/main`, as it runs here: compiled, or from the sources. */
function mainScript(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../main.ts" : "../main.js", import.meta.url));
}
