/**
 * Whether a directory can be mounted on, and what is in the way if not. Said before the system is asked, because
 * libfuse prints its reasons to stderr and returns only that it failed.
 */
import { access, constants, readdir, realpath, stat, statfs } from "node:fs/promises";
import { resolve } from "node:path";
import { SharestrataError, messageOf, systemCode } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import { isOurs, mountAt, type MountEntry } from "./mountinfo.js";
import { isRoot } from "./programs.js";
import { inRealParent, runUnmount } from "./unmount.js";

/** libfuse and fuse-native keep the path in 1024 bytes. */
const MAX_PATH_BYTES = 1000;

/**
 * Makes sure that `dir` is an empty directory with nothing mounted on it. A dead mount of ours, left behind by a
 * process that was killed, is taken away first.
 * @returns the path, absolute and without symlinks
 * @throws SharestrataError `MOUNT_FAILED`
 */
export async function prepareMountPoint(dir: string, logger: Logger): Promise<string> {
  for (;;) {
    const path = await canonical(dir);
    const mount = mountAt(path);
    if (await isDead(path, mount)) {
      await removeDead(dir, path, mount, logger);
      continue;
    }
    await expectUsable(dir, path, mount);
    return path;
  }
}

async function canonical(dir: string): Promise<string> {
  const path = resolve(dir);
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw failed(`The path of the mount point is too long.`, dir);
  try {
    return await realpath(path);
  } catch (error) {
    if (isDisconnected(error)) return inRealParent(path);
    throw refusal(dir, error);
  }
}

/**
 * What the kernel remembers of a mount answers stat(2) for minutes, while statfs(2) always asks the process. An automount
 * point, on the other hand, would be mounted for statfs(2), and is left alone by stat(2).
 */
async function isDead(path: string, mount: MountEntry | undefined): Promise<boolean> {
  try {
    await (mount && isOurs(mount) ? statfs(path) : stat(path));
    return false;
  } catch (error) {
    if (isDisconnected(error)) return true;
    throw refusal(path, error);
  }
}

async function removeDead(dir: string, path: string, mount: MountEntry | undefined, logger: Logger): Promise<void> {
  if (!mount || !isOurs(mount)) {
    const type = mount ? ` (${mount.type})` : "";
    throw failed(`${dir} is, or lies in, a dead mount of another program${type}: unmount it first.`, dir);
  }
  logger.info({ mountPoint: path }, `${dir} is a mount whose process is gone; it is taken away`);
  const outcome = await runUnmount(mount.mountPoint, "lazy");
  if (outcome !== "done") {
    const reason = outcome === "busy" ? "it is in use" : outcome.message;
    throw failed(`${dir} is a dead mount that cannot be taken away: ${reason}`, dir);
  }
}

async function expectUsable(dir: string, path: string, mount: MountEntry | undefined): Promise<void> {
  // An automount point is there to be mounted upon.
  if (mount && mount.type !== "autofs") {
    const what = isOurs(mount) ? "a Sharestrata mount" : `a mount point (${mount.type})`;
    throw failed(`${dir} is already ${what}.`, dir);
  }
  if (!(await stat(path)).isDirectory()) throw failed(`${dir} is not a directory.`, dir);
  if (!mount) {
    const names = await readdir(path).catch((error: unknown) => {
      throw refusal(dir, error);
    });
    if (names.length > 0) throw failed(`${dir} is not empty.`, dir);
  }
  if (!isRoot()) {
    await access(path, constants.W_OK).catch((error: unknown) => {
      throw new SharestrataError(
        "MOUNT_FAILED",
        `${dir} is not writable for you, and only its owner or root can mount there.`,
        { mountPoint: dir },
        error,
      );
    });
  }
}

function isDisconnected(error: unknown): boolean {
  return systemCode(error) === "ENOTCONN" || systemCode(error) === "ECONNABORTED";
}

function refusal(dir: string, error: unknown): SharestrataError {
  switch (systemCode(error)) {
    case "ENOENT":
      return failed(`The mount point ${dir} does not exist.`, dir);
    case "ENOTDIR":
      return failed(`${dir} is not a directory.`, dir);
    case "EACCES":
    case "EPERM":
      return failed(`You have no permission to use the mount point ${dir}.`, dir);
    default:
      return new SharestrataError(
        "MOUNT_FAILED",
        `The mount point ${dir} cannot be used: ${messageOf(error)}`,
        { mountPoint: dir },
        error,
      );
  }
}

function failed(message: string, mountPoint: string): SharestrataError {
  return new SharestrataError("MOUNT_FAILED", message, { mountPoint });
}
