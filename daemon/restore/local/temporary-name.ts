/** Names of what is not whole yet, beside where it will be. They tell who writes it, so that what a killed run has left can be taken away. */
import { randomBytes } from "node:crypto";
import { systemCode } from "../../../core/errors.js";

const LEFTOVER = /^\.sharestrata-(\d{1,10})-[0-9a-f]{16}\.part$/;

export function temporaryName(): string {
  return `.sharestrata-${process.pid}-${randomBytes(8).toString("hex")}.part`;
}

/** Whether a name is one of those, and its writer is no more. */
export function isLeftover(name: string): boolean {
  const pid = LEFTOVER.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return systemCode(error) === "ESRCH";
  }
}
