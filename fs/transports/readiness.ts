/**
 * How `mount --background` knows that the mount can be used: the child that serves it says so, or why it cannot, over
 * Node's IPC channel, and then hangs up so that the channel keeps neither of them alive.
 */
import type { ChildProcess } from "node:child_process";
import { ERROR_CODES, SharestrataError, messageOf, type ErrorCode } from "../../core/errors.js";
import { isOurs, mountAt } from "./mountinfo.js";

type Report =
  | { readonly kind: "mount-ready"; readonly mountPoint: string }
  | { readonly kind: "mount-failed"; readonly code: ErrorCode; readonly message: string };

/** In the child, when `Transport.mount` has resolved. Does nothing in a process without a parent that waits. */
export function reportReady(mountPoint: string): Promise<void> {
  return send({ kind: "mount-ready", mountPoint });
}

/** In the child, when it could not mount. */
export function reportFailure(error: unknown): Promise<void> {
  const code = error instanceof SharestrataError ? error.code : "INTERNAL";
  return send({ kind: "mount-failed", code, message: messageOf(error) });
}

/**
 * In the parent: waits for the child's word.
 * @param child spawned with an `ipc` channel; when this resolves neither it nor the channel keeps this process alive
 * @returns the mount point as the system knows it
 * @throws the error the child reported; `MOUNT_FAILED` when it ended without a word or the mount is not there
 */
export async function waitUntilUsable(child: ChildProcess): Promise<string> {
  const report = await new Promise<Report>((resolve, reject) => {
    child.on("message", (message: unknown) => {
      if (isReport(message)) resolve(message);
    });
    child.once("error", reject);
    child.once("exit", (status, signal) => {
      const how = signal === null ? `with status ${status}` : `by ${signal}`;
      reject(new SharestrataError("MOUNT_FAILED", `The mount process ended ${how} before the mount was usable.`));
    });
  });
  if (report.kind === "mount-failed") throw new SharestrataError(report.code, report.message);
  const mount = mountAt(report.mountPoint);
  if (!mount || !isOurs(mount)) {
    throw new SharestrataError("MOUNT_FAILED", `${report.mountPoint} was unmounted again at once.`);
  }
  // The child hangs up by itself. If we did it first, Node would never emit the child's `close`.
  child.channel?.unref();
  child.unref();
  return report.mountPoint;
}

function send(report: Report): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) {
      resolve();
      return;
    }
    // A parent that has gone meanwhile does not matter to the mount.
    process.send(report, undefined, undefined, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}

function isReport(message: unknown): message is Report {
  if (typeof message !== "object" || message === null || !("kind" in message)) return false;
  if (message.kind === "mount-ready") return "mountPoint" in message && typeof message.mountPoint === "string";
  return message.kind === "mount-failed" && "code" in message && String(message.code) in ERROR_CODES;
}
