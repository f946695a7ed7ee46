/**
 * What a failed request means for a backup, in one sentence that says what to do. The rule: what will befall every
 * other request as well (no answer, refused credentials, a share that is gone, throttling that outlasts the budget)
 * ends the run; what concerns one node passes over that node.
 */
import { SourceError, type ErrorCode } from "../../../core/errors.js";
import { formatTime, type TimeNs } from "../../../core/time.js";
import { displayPath } from "../display-path.js";
import type { SourcePath } from "../source.js";
import type { AzureTarget } from "./azure-url.js";
import { isBusy, isDeletePending, isHeld, mayPass, type AzureFailure } from "./failures.js";

/** What the messages name. */
export interface ErrorContext {
  readonly target: AzureTarget;
  /** Without a query string. */
  readonly endpoint: string;
  readonly signIn: "shared-key" | "sas" | "entra";
  /** Whether a share snapshot is read: the service calls the share missing when it is only the snapshot. */
  readonly readsSnapshot?: boolean;
  /** When the SAS in use runs out, if it says so. */
  readonly expiresAt: TimeNs | undefined;
  now(): TimeNs;
}

const SHARE_GONE: ReadonlySet<string> = new Set([
  "ShareNotFound",
  "ShareBeingDeleted",
  "ShareDisabled",
  "ShareSnapshotNotFound",
  "ContainerNotFound",
]);

/** The failure of a request that concerns the whole source. */
export function wholeFailure(context: ErrorContext, failure: AzureFailure): SourceError {
  const { account, share } = context.target;
  const where = `the share "${share}" of the account "${account}"`;
  if (failure.kind === "tls") {
    return make(context, failure, "UNREACHABLE", `${context.endpoint} cannot be trusted: ${failure.message}.`);
  }
  if (failure.kind === "sign-in") {
    const message = `Signing in to Entra ID for ${where} has failed: ${tidy(failure.message)}.`;
    return make(context, failure, mayPass(failure) ? "UNREACHABLE" : "ACCESS_DENIED", message);
  }
  if (failure.kind === "network") return make(context, failure, "UNREACHABLE", unreachable(context, failure));
  if (failure.status === 401 || failure.status === 403) {
    return make(context, failure, "ACCESS_DENIED", `Access to ${where} is refused: ${refusal(context, failure)}.`);
  }
  if (failure.code === "ShareSnapshotNotFound" || (context.readsSnapshot && failure.code === "ShareNotFound")) {
    const message = `The share snapshot that ${where} was read from has been deleted by somebody else, or the share has: run the backup again.`;
    return make(context, failure, "SOURCE_UNKNOWN", message);
  }
  if (failure.code === "ShareBeingDeleted" || failure.code === "ShareDisabled") {
    return make(context, failure, "SOURCE_UNKNOWN", `${capital(where)} has been deleted.`);
  }
  if (failure.status === 404 || failure.code === "ResourceTypeMismatch" || failure.code === "InvalidResourceName") {
    return make(context, failure, "SOURCE_UNKNOWN", missing(context, failure));
  }
  if (isBusy(failure)) {
    const message = `${capital(where)} is overloaded or down (${named(failure)}): try again later.`;
    return make(context, failure, "UNREACHABLE", message);
  }
  return make(context, failure, "UNREACHABLE", `${capital(where)} cannot be read: ${tidy(failure.message)}.`);
}

/**
 * The failure of a request that concerns one file or directory, unless it tells of more.
 * @param answersOthers whether the service is known to answer other requests
 */
export function nodeFailure(
  context: ErrorContext,
  path: SourcePath,
  failure: AzureFailure,
  answersOthers = false,
): SourceError {
  // Who may not read one file may hardly read the others.
  if (failure.status === 403 || concernsRun(failure, answersOthers)) return wholeFailure(context, failure);
  const shown = displayPath(path);
  const say = (code: ErrorCode, rest: string) => make(context, failure, code, `${shown} ${rest}.`, shown);
  if (failure.status === 404) return say("FILE_UNREADABLE", "cannot be read: it is gone");
  if (failure.status === 412 || failure.status === 416) return say("FILE_CHANGED", "changed while it was being read");
  if (isDeletePending(failure)) {
    return say("FILE_UNREADABLE", "cannot be read: it is being deleted by an SMB client");
  }
  if (isHeld(failure)) return say("FILE_UNREADABLE", "cannot be read: an SMB client has it open and locked");
  if (isBusy(failure)) {
    return say(
      "FILE_UNREADABLE",
      `cannot be read: the service is too busy for it, though it answers others (${named(failure)})`,
    );
  }
  if (failure.kind === "network") {
    const how = `the connection breaks off whenever it is read (${named(failure)})`;
    return say("FILE_UNREADABLE", `cannot be read: ${how}`);
  }
  return say("FILE_UNREADABLE", `cannot be read: ${tidy(failure.message)}`);
}

export function changedFailure(context: ErrorContext, path: SourcePath): SourceError {
  const shown = displayPath(path);
  return new SourceError("FILE_CHANGED", `${shown} changed while it was being read.`, {
    retryable: true,
    fields: { ...fieldsOf(context), path: shown },
  });
}

/**
 * Whether a run has to end, as every other request would fail as well. Being refused one thing says nothing of others.
 * @param answersOthers whether the service is known to answer other requests
 */
export function concernsRun(failure: AzureFailure, answersOthers: boolean): boolean {
  if (failure.kind === "network" || isBusy(failure)) return !answersOthers;
  if (failure.kind === "tls" || failure.kind === "sign-in") return true;
  if (failure.status === 401) return true;
  return failure.code !== undefined && SHARE_GONE.has(failure.code);
}

function unreachable({ endpoint, target }: ErrorContext, failure: AzureFailure): string {
  switch (failure.code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${endpoint} cannot be found: check the account name "${target.account}", the endpoint and this machine's DNS.`;
    case "ECONNREFUSED":
      return `${endpoint} refuses the connection: check the endpoint, and that the service is running.`;
    default:
      return `${endpoint} does not answer (${failure.code ?? tidy(failure.message)}): check the network and the firewall rules of the account.`;
  }
}

function refusal(context: ErrorContext, failure: AzureFailure): string {
  if (context.expiresAt !== undefined && context.expiresAt <= context.now()) {
    return `its SAS token expired at ${formatTime(context.expiresAt)}, so make a new one`;
  }
  const skew = clockSkew(failure.clockAheadMs);
  if (skew !== undefined) return skew;
  const credential = CREDENTIALS[context.signIn];
  if (context.signIn === "entra" && failure.code === "AuthorizationPermissionMismatch") return LACKING_ROLE;
  switch (failure.code) {
    case "AuthenticationFailed":
      return `the ${credential} is wrong or has been replaced`;
    case "InvalidAuthenticationInfo":
      return "the account does not accept the token of Entra ID: it has to be of the tenant that the account belongs to";
    case "AuthorizationPermissionMismatch":
    case "InsufficientAccountPermissions":
    case "AuthorizationResourceTypeMismatch":
    case "AuthorizationServiceMismatch":
      return `the ${credential} does not allow it; a backup needs to read and list, and to create and delete for a share snapshot`;
    case "AuthorizationSourceIPMismatch":
      return `the ${credential} does not allow this machine's address`;
    case "AuthorizationProtocolMismatch":
      return `the ${credential} is for https only`;
    case "AccountIsDisabled":
      return "the account is disabled";
    case "KeyBasedAuthenticationNotPermitted":
      return "the account does not allow access by key; sign in by another way or allow it";
    default:
      return `check the ${credential} and the firewall rules of the account (${named(failure)})`;
  }
}

const CREDENTIALS = { "shared-key": "account key", sas: "SAS token", entra: "identity" } as const;
const LACKING_ROLE =
  "the identity has no role that allows it; a backup needs Storage File Data Privileged Reader, a restore Storage File Data Privileged Contributor (docs/azure.md)";

/** Signatures are valid for 15 minutes, and tokens begin at the minute they were made. */
const TOLERATED_SKEW_MS = 5 * 60_000;

function clockSkew(aheadMs: number | undefined): string | undefined {
  if (aheadMs === undefined || Math.abs(aheadMs) < TOLERATED_SKEW_MS) return undefined;
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const amount = [hours > 0 ? `${hours} h` : "", rest > 0 ? `${rest} min` : ""].filter((part) => part !== "").join(" ");
  return `this machine's clock is ${amount} ${aheadMs > 0 ? "ahead of" : "behind"} that of the service, so set it right`;
}

function missing({ target: { account, share, folder } }: ErrorContext, failure: AzureFailure): string {
  if (failure.code === "ShareNotFound" || folder.length === 0) {
    return `The account "${account}" has no share "${share}".`;
  }
  return `The share "${share}" of the account "${account}" has no folder ${displayPath(folder)}.`;
}

function named({ code, status, message }: AzureFailure): string {
  return code ?? (status === undefined ? tidy(message) : `status ${status}`);
}

function make(
  context: ErrorContext,
  failure: AzureFailure,
  code: ErrorCode,
  message: string,
  path?: string,
): SourceError {
  const { status, code: service, requestId } = failure;
  return new SourceError(code, message, {
    retryable: code !== "ACCESS_DENIED" && code !== "SOURCE_UNKNOWN",
    fields: { ...fieldsOf(context), path, status, service, requestId },
    cause: failure,
  });
}

function fieldsOf({ target }: ErrorContext): { readonly account: string; readonly share: string } {
  return { account: target.account, share: target.share };
}

// The service's sentences come with a full stop; ours add their own.
function tidy(message: string): string {
  return message.replace(/[.\s]+$/, "");
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
