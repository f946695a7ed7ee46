/**
 * What a file system answers instead of a result: a POSIX error by its name. Transports turn it into a number; every
 * other exception that leaves a room below becomes EIO, with one line in the log (failure-log.ts).
 */
import { constants } from "node:os";

export type PosixCode =
  | "EBADF"
  | "EINTR"
  | "EINVAL"
  | "EIO"
  | "EISDIR"
  | "ELOOP"
  | "ENODATA"
  | "ENOENT"
  | "ENOSYS"
  | "ENOTDIR"
  | "EOVERFLOW"
  | "ERANGE"
  | "EROFS";

export class FileSystemError extends Error {
  override readonly name = "FileSystemError";
  readonly code: PosixCode;

  constructor(code: PosixCode, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The system's number for a code, positive. */
export function errnoOf(code: PosixCode): number {
  return constants.errno[code];
}
