/**
 * What went wrong with one request, told apart once and for all. The SDK's own errors hold the whole request, and with
 * it SAS tokens and signatures; none of them leaves this file. An `AzureFailure` holds what the service said about
 * itself, with everything removed that could be a secret, so it can be a `cause` and be logged.
 */

export type FailureKind =
  /** The service answered with an error: `status` and `code`. */
  | "refused"
  /** No answer: `code` is the system's (`ECONNREFUSED`, …) or `TIMEOUT`. */
  | "network"
  /** The server's certificate is not to be trusted. */
  | "tls"
  /** Nothing was asked: Entra ID gave no token. `status` is its own, undefined where it did not answer. */
  | "sign-in"
  /** An answer that cannot be understood. */
  | "malformed";

export interface FailureDetails {
  readonly kind: FailureKind;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  /** What the service asks to wait before the next try. */
  readonly retryAfterMs?: number | undefined;
  /** Of a refusal of credentials: how far this machine's clock is ahead of the service's. */
  readonly clockAheadMs?: number | undefined;
}

export class AzureFailure extends Error {
  override readonly name = "AzureFailure";
  readonly kind: FailureKind;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly clockAheadMs: number | undefined;

  constructor(message: string, details: FailureDetails) {
    super(message);
    this.kind = details.kind;
    this.status = details.status;
    this.code = details.code;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.clockAheadMs = details.clockAheadMs;
  }
}

/** System codes of a certificate that is not to be trusted. */
export const TLS = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;
/** Errors of the SDK that have neither status nor code when the connection broke. */
const NO_ANSWER: ReadonlySet<string> = new Set(["RestError", "AbortError"]);
const LONGEST_MESSAGE = 300;

/** Anything that was thrown while a request was made, by the SDK or beneath it. */
export function failureOf(error: unknown, nowMs: number): AzureFailure {
  if (error instanceof AzureFailure) return error;
  const thrown = shapeOf(error);
  const { status, code } = thrown;
  // A body that was cut short or is no XML: the SDK's sentence quotes it at length.
  if (code === "PARSE_ERROR" || (status !== undefined && status < 400)) {
    return new AzureFailure("The answer is incomplete or cannot be understood", { kind: "malformed", status, code });
  }
  if (status !== undefined) return refusal(thrown, status, nowMs);
  if (code === undefined && !NO_ANSWER.has(thrown.name)) {
    return new AzureFailure(`The answer cannot be understood: ${thrown.message}`, { kind: "malformed" });
  }
  const kind = code !== undefined && TLS.test(code) ? "tls" : "network";
  return new AzureFailure(thrown.message === "" ? (code ?? "no answer") : thrown.message, { kind, code });
}

function refusal({ header, ...thrown }: Thrown, status: number, nowMs: number): AzureFailure {
  const code = header("x-ms-error-code") ?? thrown.code;
  return new AzureFailure(`The service answered ${status}${code === undefined ? "" : ` ${code}`}: ${thrown.message}`, {
    kind: "refused",
    status,
    code,
    requestId: header("x-ms-request-id"),
    retryAfterMs: retryAfter(header, nowMs),
    clockAheadMs: status === 401 || status === 403 ? clockAhead(header, nowMs) : undefined,
  });
}

/** Whether the same request may well succeed a little later. */
export function mayPass(failure: AzureFailure): boolean {
  if (failure.kind === "network" || failure.kind === "malformed") return true;
  if (failure.kind === "tls") return false;
  if (failure.kind === "sign-in") return isUnanswered(failure);
  return isBusy(failure) || failure.status === 500 || failure.status === 408 || isHeld(failure) || isSettling(failure);
}

/** Whether it is the service or the way to it that failed, and so would every other request. */
export function isOfService(failure: AzureFailure): boolean {
  return failure.kind === "network" || isBusy(failure) || (failure.kind === "sign-in" && isUnanswered(failure));
}

function isUnanswered({ status }: AzureFailure): boolean {
  return status === undefined || status === 429 || status >= 500;
}

/** Throttled or down, as a whole. */
export function isBusy({ status }: AzureFailure): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/** Somebody has this one file open in a way that keeps others out. */
export function isLocked({ code }: AzureFailure): boolean {
  return code === "SharingViolation" || code === "FileLockConflict";
}

/** An SMB client that has the file open deletes it when it closes it. */
export function isDeletePending({ code }: AzureFailure): boolean {
  return code === "DeletePending" || code === "SMBDeletePending";
}

/** What an SMB client does with this one file keeps others out, perhaps for a moment only. */
export function isHeld(failure: AzureFailure): boolean {
  return isLocked(failure) || isDeletePending(failure) || failure.code === "ClientCacheFlushDelay";
}

function isSettling({ code }: AzureFailure): boolean {
  return code === "ShareSnapshotInProgress" || code === "ShareSnapshotOperationNotSupportedDuringCopy";
}

/** Removes query strings and signatures from a text of somebody else's; one line, and not long. */
export function scrub(text: string): string {
  const [line = ""] = text.split(/[\r\n]/, 1);
  const clean = line
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/gi, "$1")
    .replace(/\bauthorization\b.*/i, "authorization [secret]")
    .replace(/\b(sig|signature|accountkey|sharedaccesssignature)(["']?\s*[=:]\s*["']?)[^\s&;"'<>]+/gi, "$1$2[secret]")
    .replace(/\b(SharedKey|SharedKeyLite|SharedAccessSignature|Bearer)\s+\S+/gi, "$1 [secret]");
  return clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE)}…` : clean;
}

type Header = (name: string) => string | undefined;

interface Thrown {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly name: string;
  readonly message: string;
  readonly header: Header;
}

// The SDK's errors are read by shape: it is loaded lazily, and more than one copy of its classes may exist.
function shapeOf(error: unknown): Thrown {
  const shape = (typeof error === "object" && error !== null ? error : {}) as {
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly name?: unknown;
    readonly message?: unknown;
    readonly response?: { readonly headers?: { get?(name: string): string | undefined } };
  };
  const header: Header = (name) => shape.response?.headers?.get?.(name);
  return {
    status: typeof shape.statusCode === "number" ? shape.statusCode : undefined,
    code: typeof shape.code === "string" && shape.code !== "" ? shape.code : undefined,
    name: typeof shape.name === "string" ? shape.name : "",
    message: scrub(typeof shape.message === "string" ? shape.message : String(error)),
    header,
  };
}

function retryAfter(header: Header, nowMs: number): number | undefined {
  const exact = header("retry-after-ms") ?? header("x-ms-retry-after-ms");
  if (exact !== undefined && /^\d+$/.test(exact)) return Number(exact);
  const text = header("retry-after");
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function clockAhead(header: Header, nowMs: number): number | undefined {
  const theirs = Date.parse(header("date") ?? "");
  return Number.isNaN(theirs) ? undefined : nowMs - theirs;
}
