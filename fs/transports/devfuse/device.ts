/**
 * /dev/fuse: opening it, making a mount of it, reading the kernel's messages. Needs CAP_SYS_ADMIN. The mount is made by mount(8),
 * to which the device is handed as an open file, since Node has no mount(2).
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { SharestrataError, systemCode } from "../../../core/errors.js";
import { FILE_SYSTEM_TYPE } from "../mountinfo.js";
import { findProgram } from "../programs.js";

/** The device's number in the process that runs mount(8). */
const CHILD_FD = 3;

export interface DeviceMountOptions {
  readonly mountPoint: string;
  /** What mountinfo shows as the source. */
  readonly source: string;
  readonly allowOther: boolean;
  /** Default: this process's. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Closed by whoever opened it. @throws Error as `openSync` */
export function openDevice(): number {
  return openSync("/dev/fuse", "r+");
}

/** @throws SharestrataError `MOUNT_FAILED` */
export async function mountDevice(fd: number, options: DeviceMountOptions): Promise<void> {
  const { mountPoint, source } = options;
  const program = findProgram("mount");
  if (!program) throw new SharestrataError("MOUNT_FAILED", "There is no mount(8) on this system.", { mountPoint });
  const args = ["--internal-only", "--no-canonicalize", "-t", FILE_SYSTEM_TYPE, "-o", mountOptions(options)];
  const child = spawn(program, [...args, "--", source, mountPoint], {
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "ignore", "pipe", fd],
  });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (status === 0) return;
  const message = `The system refuses to mount at ${mountPoint}: ${said.trim() || `mount ended with status ${status}`}`;
  throw new SharestrataError("MOUNT_FAILED", message, { mountPoint });
}

function mountOptions({ allowOther, owner }: DeviceMountOptions): string {
  const { uid, gid } = owner ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  return [
    "ro",
    // What was backed up may be anybody's: it gives nobody rights here.
    "nosuid",
    "nodev",
    `fd=${CHILD_FD}`,
    "rootmode=40000",
    `user_id=${uid}`,
    `group_id=${gid}`,
    // Modes and owners are checked by the kernel, as on a disk.
    "default_permissions",
    ...(allowOther ? ["allow_other"] : []),
  ].join(",");
}

/** Waits for the next message. @returns its length; undefined when the mount is gone */
export function readMessage(fd: number, buffer: Buffer): number | undefined {
  for (;;) {
    try {
      return readSync(fd, buffer, 0, buffer.length, null);
    } catch (error) {
      switch (systemCode(error)) {
        // Called off before it could be read, or a signal.
        case "ENOENT":
        case "EINTR":
        case "EAGAIN":
          continue;
        case "ENODEV":
        case "ECONNABORTED":
          return undefined;
        default:
          throw error;
      }
    }
  }
}

export function closeDevice(fd: number): void {
  closeSync(fd);
}
