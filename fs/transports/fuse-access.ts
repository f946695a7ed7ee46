/** Whether this process may use FUSE at all, and one sentence for each reason why not. */
import { closeSync, openSync, readFileSync } from "node:fs";
import { SharestrataError, messageOf, systemCode } from "../../core/errors.js";
import { findProgram, isRoot } from "./programs.js";

const CAP_SYS_ADMIN = 1n << 21n;

/**
 * @param options.allowOther whether other users shall be let in
 * @throws SharestrataError `MOUNT_FAILED`
 */
export function expectFuse(options: { readonly allowOther: boolean }): void {
  if (process.platform !== "linux") throw failed(`Mounting needs Linux, and this is ${process.platform}.`);
  expectDevice();
  if (isRoot()) {
    if (!mayMount()) {
      throw failed("Mounting is not permitted here: the process lacks CAP_SYS_ADMIN, as in an unprivileged container.");
    }
    return;
  }
  if (!findProgram("fusermount")) throw failed("There is no fusermount on this system: install the package fuse3.");
  if (options.allowOther && !isOtherAllowed()) {
    throw failed("Letting other users in needs a line user_allow_other in /etc/fuse.conf.");
  }
}

function expectDevice(): void {
  try {
    closeSync(openSync("/dev/fuse", "r+"));
  } catch (error) {
    switch (systemCode(error)) {
      case "ENOENT":
        throw failed("There is no /dev/fuse: load the kernel module fuse, or give the container the device.");
      case "EACCES":
      case "EPERM":
        throw failed("You have no permission to open /dev/fuse.");
      case "ENODEV":
      case "ENXIO":
        throw failed("The kernel does not know FUSE: load the module fuse.");
      default:
        throw failed(`/dev/fuse cannot be opened: ${messageOf(error)}`);
    }
  }
}

/** Whether the process has CAP_SYS_ADMIN, as far as can be told. */
export function mayMount(): boolean {
  try {
    const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return effective === undefined || (BigInt(`0x${effective}`) & CAP_SYS_ADMIN) !== 0n;
  } catch {
    return true; // Without /proc/self/status the attempt itself has to show.
  }
}

function isOtherAllowed(): boolean {
  try {
    return /^\s*user_allow_other\s*$/m.test(readFileSync("/etc/fuse.conf", "utf8"));
  } catch {
    return false; // No file, no permission.
  }
}

function failed(message: string): SharestrataError {
  return new SharestrataError("MOUNT_FAILED", message);
}
