/** What a failed request means for a restore into a share: the end of the run, or one node passed over, in one sentence. */
import { SourceError, type ErrorCode, type SharestrataError } from "../../../core/errors.js";
import { displayPath } from "../../sources/display-path.js";
import { type AzureFailure, isDeletePending, isHeld } from "../../sources/azure/failures.js";
import { concernsRun, type ErrorContext, wholeFailure } from "../../sources/azure/source-errors.js";

/** The service's names for a share or account that takes no more; which one depends on the kind of share. */
const FULL = /SizeLimit|QuotaExceeded|LimitReached|InsufficientStorage|DiskFull|OutOfCapacity|ShareFull/i;

const NOT_ALLOWED: ReadonlySet<string> = new Set([
  "AuthorizationPermissionMismatch",
  "InsufficientAccountPermissions",
  "AuthorizationResourceTypeMismatch",
  "AuthorizationServiceMismatch",
]);

const SAID: Readonly<Record<string, string>> = {
  ReadOnlyAttribute: "it is read-only",
  ParentNotFound: "the folder it belongs into is gone",
  ResourceNotFound: "it is gone",
  DirectoryNotEmpty: "something has come into it meanwhile",
  CannotDeleteFileOrDirectory: "an SMB client has it open",
  ClientCacheFlushDelay: "an SMB client has changes of it that are not written yet",
  ResourceTypeMismatch: "something of another kind has taken its place",
};

/** A request that concerns the share as a whole. */
export function shareFailure(context: ErrorContext, failure: AzureFailure): SharestrataError {
  const { account, share } = context.target;
  if (failure.code === "ShareNotFound") {
    const message = `The account "${account}" has no share "${share}"; --create-share makes it, like the one that was backed up.`;
    return make(context, failure, "SOURCE_UNKNOWN", message);
  }
  return fullFailure(context, failure) ?? deniedFailure(context, failure) ?? wholeFailure(context, failure);
}

/** A request that concerns one node, unless it tells of more. @param path from below the target's own folder */
export function targetFailure(context: ErrorContext, path: readonly string[], failure: AzureFailure): SharestrataError {
  const whole = fullFailure(context, failure) ?? deniedFailure(context, failure);
  if (whole) return whole;
  // An answer that cannot be understood, or a request that could not even be made, says nothing of other files.
  const isOfNode = failure.kind === "malformed" || failure.code === "ERR_INVALID_CHAR";
  if (!isOfNode && (concernsRun(failure, false) || failure.status === 403)) {
    return wholeFailure(context, failure);
  }
  const where = displayPath(path);
  const { code = "" } = failure;
  if (code === "InvalidResourceName" || code === "InvalidFileOrDirectoryPathName" || code === "InvalidUri") {
    return make(context, failure, "NAME_UNUSABLE", `The name of ${where} cannot be put back: the service refuses it.`);
  }
  const reason = isDeletePending(failure)
    ? "it is being deleted by an SMB client"
    : isHeld(failure)
      ? "an SMB client has it open and locked"
      : /Lease/.test(code)
        ? "somebody holds a lease on it"
        : (SAID[code] ?? failure.message.replace(/[.\s]+$/, ""));
  return make(context, failure, "FILE_UNWRITABLE", `${where} cannot be written: ${reason}.`);
}

function fullFailure(context: ErrorContext, failure: AzureFailure): SharestrataError | undefined {
  if (failure.status !== 507 && !(failure.kind === "refused" && FULL.test(failure.code ?? ""))) return undefined;
  const { account, share } = context.target;
  const message = `The share "${share}" of the account "${account}" is full: raise its quota, or free space, and run the same command again.`;
  return make(context, failure, "STORE_FULL", message);
}

function deniedFailure(context: ErrorContext, failure: AzureFailure): SharestrataError | undefined {
  if (failure.status !== 403 || !NOT_ALLOWED.has(failure.code ?? "")) return undefined;
  // Which role it would take is said for backups and restores together.
  if (context.signIn === "entra") return undefined;
  const { account, share } = context.target;
  const message =
    `Access to the share "${share}" of the account "${account}" is refused: what it is signed in to with does not allow this; ` +
    "a restore needs to read, list, create and write, and to delete for --delete and for what is of another kind.";
  return make(context, failure, "ACCESS_DENIED", message);
}

function make(context: ErrorContext, failure: AzureFailure, code: ErrorCode, message: string): SourceError {
  const { account, share } = context.target;
  const { status, code: service, requestId } = failure;
  return new SourceError(code, message, { fields: { account, share, status, service, requestId }, cause: failure });
}
