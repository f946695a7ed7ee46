/** What the errors of the local file system mean for a backup: the end of the run, or one node passed over. */
import { messageOf, SourceError, systemCode } from "../../../core/errors.js";
import { displayPath } from "../display-path.js";
import type { SourcePath } from "../source.js";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "it is gone",
  ENOTDIR: "it is gone, or no longer where it was",
  ELOOP: "it has become a symbolic link",
  EIO: "the disk reports a read error",
  ESTALE: "the network file system has lost it",
  ENAMETOOLONG: "its path is longer than the system allows",
  EMFILE: "too many files are open in this process",
  ENFILE: "too many files are open on this machine",
};

/** The root cannot be used: nothing can be backed up. */
export function rootFailure(root: string, error: unknown): SourceError {
  const code = systemCode(error);
  const fields = { path: root, system: code };
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new SourceError("SOURCE_UNKNOWN", `The folder ${root} does not exist.`, { fields, cause: error });
  }
  if (code === "EACCES" || code === "EPERM") {
    return new SourceError("ACCESS_DENIED", `The folder ${root} cannot be read: permission denied.`, {
      fields,
      cause: error,
    });
  }
  return new SourceError("UNREACHABLE", `The folder ${root} cannot be read: ${reasonOf(error)}.`, {
    fields,
    cause: error,
  });
}

/** One file or folder cannot be read: it is passed over. */
export function nodeFailure(path: SourcePath, error: unknown): SourceError {
  return new SourceError("FILE_UNREADABLE", `${displayPath(path)} cannot be read: ${reasonOf(error)}.`, {
    fields: { path: displayPath(path), system: systemCode(error) },
    cause: error,
  });
}

export function changedFailure(path: SourcePath): SourceError {
  return new SourceError("FILE_CHANGED", `${displayPath(path)} changed while it was being read.`, {
    retryable: true,
    fields: { path: displayPath(path) },
  });
}

function reasonOf(error: unknown): string {
  const code = systemCode(error);
  return (code === undefined ? undefined : REASONS[code]) ?? messageOf(error);
}
