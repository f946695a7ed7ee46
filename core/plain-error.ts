/** Errors on their way between threads: what a structured clone keeps of an Error is its message, so code and fields go as data. */
import {
  DamagedError,
  messageOf,
  SharestrataError,
  SourceError,
  StoreError,
  systemCode,
  type ErrorCode,
  type ErrorFields,
} from "./errors.js";

/** Structured-clonable. */
export interface PlainError {
  /** Class of the error; `other` is none of ours. */
  readonly kind: "source" | "store" | "damaged" | "sharestrata" | "other";
  readonly message: string;
  readonly code: ErrorCode | undefined;
  readonly fields: ErrorFields;
  readonly retryable: boolean;
  /** Of an error of the system (`ENOENT`, …). */
  readonly system: string | undefined;
  readonly stack: string | undefined;
  readonly cause: PlainError | undefined;
}

export function plainError(error: unknown): PlainError {
  const own = error instanceof SharestrataError ? error : undefined;
  const cause = error instanceof Error ? error.cause : undefined;
  return {
    kind: kindOf(error),
    message: messageOf(error),
    code: own?.code,
    fields: own?.fields ?? {},
    retryable: (error instanceof SourceError || error instanceof StoreError) && error.retryable,
    system: own ? undefined : systemCode(error),
    stack: error instanceof Error ? error.stack : undefined,
    cause: cause === undefined ? undefined : plainError(cause),
  };
}

/** The error again, of the same class, with the stack of where it was thrown. */
export function revivedError(plain: PlainError): Error {
  const error = built(plain);
  if (plain.stack !== undefined) error.stack = plain.stack;
  return error;
}

function kindOf(error: unknown): PlainError["kind"] {
  if (error instanceof SourceError) return "source";
  if (error instanceof StoreError) return "store";
  if (error instanceof DamagedError) return "damaged";
  return error instanceof SharestrataError ? "sharestrata" : "other";
}

function built({ kind, message, code = "INTERNAL", fields, retryable, system, cause: plainCause }: PlainError): Error {
  const cause = plainCause === undefined ? undefined : revivedError(plainCause);
  if (kind === "source") return new SourceError(code, message, { retryable, fields, cause });
  if (kind === "store") return new StoreError(code, message, { retryable, fields, cause });
  if (kind === "damaged") return new DamagedError(message, { where: "", ...fields }, cause);
  if (kind === "sharestrata") return new SharestrataError(code, message, fields, cause);
  return Object.assign(new Error(message, { cause }), system === undefined ? {} : { code: system });
}
