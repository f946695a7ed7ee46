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
};

/** What the machine or the process has run out of: the next file would fail as well, and a later run may not. */
const EXHAUSTED: Readonly<Record<string, string>> = {
  EMFILE: "too many files are open in this process",
  ENFILE: "too many files are open on this machine",
  ENOMEM: "the system is out of memory",
};

/** The root cannot be used: nothing can be backed up. */
export function rootFailure(root: string, error: unknown): SourceError {
  const code = systemCode(error);
  const exhausted = exhaustedFailure(root, error);
  if (exhausted !== undefined) return exhausted;
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

/** One file or folder cannot be read: it is passed over, unless the reason is one that ends the run. */
export function nodeFailure(path: SourcePath, error: unknown): SourceError {
  const exhausted = exhaustedFailure(displayPath(path), error);
  if (exhausted !== undefined) return exhausted;
  return new SourceError("FILE_UNREADABLE", `${displayPath(path)} cannot be read: ${reasonOf(error)}.`, {
    fields: { path: displayPath(path), system: systemCode(error) },
    cause: error,
  });
}

/** What is there is not the folder that the listing above it has shown. */
export function anotherFolderFailure(path: SourcePath): SourceError {
  const message = `${displayPath(path)} cannot be read: another folder has taken its place since it was listed.`;
  return new SourceError("FILE_UNREADABLE", message, { retryable: true, fields: { path: displayPath(path) } });
}

export function changedFailure(path: SourcePath): SourceError {
  return new SourceError("FILE_CHANGED", `${displayPath(path)} changed while it was being read.`, {
    retryable: true,
    fields: { path: displayPath(path) },
  });
}

/** Whether a system's code says that the machine or the process has run out of something. */
export function isExhaustion(code: string): boolean {
  return EXHAUSTED[code] !== undefined;
}

function exhaustedFailure(path: string, error: unknown): SourceError | undefined {
  const code = systemCode(error);
  const reason = code === undefined ? undefined : EXHAUSTED[code];
  if (reason === undefined) return undefined;
  const message = `The backup cannot go on at ${path}: ${reason}.`;
  return new SourceError("FAILED", message, { retryable: true, fields: { path, system: code }, cause: error });
}

function reasonOf(error: unknown): string {
  const code = systemCode(error);
  return (code === undefined ? undefined : REASONS[code]) ?? messageOf(error);
}
