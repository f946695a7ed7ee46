/**
 * Taking mounts away, with the programs every system has. Nothing here touches the mount itself: a dead or busy server
 * cannot hold it up.
 */
import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { SharestrataError } from "../../core/errors.js";
import { isOurs, mountAt, readMounts, type MountEntry } from "./mountinfo.js";
import { findProgram, isRoot, runProgram, type Outcome } from "./programs.js";

/**
 * For `sharestrata umount DIR`: takes away the mount at a directory, alive or dead. When it resolves the mount is gone;
 * the process that served it ends by itself soon after.
 * @param options.lazy detach a mount that is in use instead of refusing
 * @throws SharestrataError `MOUNT_FAILED`: not mounted, not ours, in use, or not permitted
 */
export async function unmountAt(dir: string, options: { readonly lazy?: boolean } = {}): Promise<void> {
  const mounts = readMounts();
  const mount = await findMount(dir, mounts);
  if (!mount) throw failed(`Nothing is mounted at ${dir}.`, dir);
  if (!isOurs(mount)) throw failed(`What is mounted at ${dir} is not Sharestrata's (it is ${mount.type}).`, dir);
  const outcome = await runUnmount(mount.mountPoint, options.lazy ? "lazy" : "plain");
  if (outcome === "busy") {
    throw failed(`${dir} is in use: some program has a file open or its working directory there.`, dir);
  }
  if (outcome !== "done") throw failed(`${dir} cannot be unmounted: ${outcome.message}`, dir);
}

/**
 * `plain` refuses while the mount is in use; `lazy` takes it from its directory, and whoever uses it goes on; `abort` takes it
 * from them as well, where the system lets us, so that nothing is asked of its process any more.
 */
export type UnmountMode = "plain" | "lazy" | "abort";

/** Of umount(8). */
export const UMOUNT_OPTIONS: Readonly<Record<UnmountMode, readonly string[]>> = {
  plain: [],
  lazy: ["--lazy"],
  abort: ["--force", "--lazy"],
};

/** `busy` only when it was plain. */
export type UnmountOutcome = "done" | "busy" | { readonly message: string };

/** One attempt. @param mountPoint as mountinfo has it */
export async function runUnmount(mountPoint: string, mode: UnmountMode): Promise<UnmountOutcome> {
  const before = countAt(mountPoint);
  if (before === 0) return "done";
  const outcome = await runUnmountProgram(mountPoint, mode);
  if (outcome.ok || countAt(mountPoint) < before) return "done";
  return /\bbusy\b/i.test(outcome.message) ? "busy" : { message: outcome.message };
}

async function runUnmountProgram(mountPoint: string, mode: UnmountMode): Promise<Outcome> {
  const umount = isRoot() ? findProgram("umount") : undefined;
  // --no-canonicalize: the path is canonical, and resolving it anew would ask the mount.
  if (umount) return runProgram(umount, ["--no-canonicalize", ...UMOUNT_OPTIONS[mode], "--", mountPoint]);
  const fusermount = findProgram("fusermount3", "fusermount");
  if (fusermount) return runProgram(fusermount, ["-u", ...(mode === "plain" ? [] : ["-z"]), "--", mountPoint]);
  return { ok: false, output: "", message: "there is no fusermount on this system: install the package fuse3" };
}

function countAt(mountPoint: string): number {
  return readMounts().filter((entry) => entry.mountPoint === mountPoint).length;
}

/**
 * The mount seen at a directory, however it is written. The directory itself is resolved last, when it is known that
 * no mount of ours is there under the path as given: a dead mount cannot be resolved, and a hanging one would hang us.
 */
async function findMount(dir: string, mounts: readonly MountEntry[]): Promise<MountEntry | undefined> {
  const plain = resolve(dir);
  const direct = mountAt(plain, mounts) ?? mountAt(await inRealParent(plain), mounts);
  if (direct) return direct;
  const target = await readlink(plain).catch(() => undefined); // Most directories are no symlinks.
  return target === undefined ? undefined : mountAt(await inRealParent(resolve(dirname(plain), target)), mounts);
}

/** The path with all symlinks resolved, but for the last component. */
export async function inRealParent(path: string): Promise<string> {
  try {
    return join(await realpath(dirname(path)), basename(path));
  } catch {
    return path; // What is wrong with the parent is said by whoever uses the path.
  }
}

function failed(message: string, mountPoint: string): SharestrataError {
  return new SharestrataError("MOUNT_FAILED", message, { mountPoint });
}
