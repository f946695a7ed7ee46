// Owns what can be known about a machine without changing it: which commands there are, and whether FUSE can be had.
// The test helper and the demo ask here, so that both give the same reason.
import { accessSync, closeSync, constants, existsSync, openSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

// Debian keeps system commands out of an ordinary user's PATH, and they are there all the same.
const systemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/**
 * @param {string} name
 * @returns {string | undefined} the full path of a command
 */
export function findCommand(name) {
  for (const folder of [...(process.env.PATH ?? "").split(delimiter), ...systemFolders]) {
    if (folder === "") continue;
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not in this folder: the next one is asked.
    }
  }
  return undefined;
}

/** @returns {boolean} */
export const isRoot = () => process.getuid?.() === 0;

/**
 * Why no FUSE filesystem can be mounted here, in one clause, or undefined when it can.
 * @returns {string | undefined}
 */
export function fuseObstacle() {
  if (process.platform !== "linux") return `FUSE needs Linux, and this is ${process.platform}`;
  if (!existsSync("/dev/fuse")) return "there is no /dev/fuse (a container needs --device /dev/fuse)";
  try {
    closeSync(openSync("/dev/fuse", "r+"));
  } catch (error) {
    return `/dev/fuse cannot be opened (${errorCode(error)})`;
  }
  if (!mayAdminister()) return "mounting needs CAP_SYS_ADMIN (a container needs --cap-add SYS_ADMIN)";
  const fusermount = findCommand("fusermount3") ?? findCommand("fusermount");
  if (fusermount === undefined) return "fusermount3 is not installed (Debian package fuse3)";
  return undefined;
}

// Root mounts with its own capabilities; everyone else through fusermount, which is setuid and gets what the bounding
// set leaves. A container without CAP_SYS_ADMIN shows in one of the two, whatever the permissions of /dev/fuse are.
function mayAdminister() {
  const capSysAdmin = 21n;
  const status = readFileSync("/proc/self/status", "utf8");
  const field = isRoot() ? "CapEff" : "CapBnd";
  const mask = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1];
  return mask === undefined || ((BigInt(`0x${mask}`) >> capSysAdmin) & 1n) === 1n;
}

/** @param {unknown} error @returns {string} */
function errorCode(error) {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
