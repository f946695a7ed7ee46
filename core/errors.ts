/**
 * Errors. One base class with a stable code; the code decides the exit status of the command line and the HTTP
 * status of the API (docs/errors.md is this table). Messages are one sentence for a person and never hold a secret;
 * what a program needs stands in `fields`.
 */

interface CodeMeaning {
  readonly exitStatus: number;
  readonly httpStatus: number;
  readonly meaning: string;
}

/** Every code there is, with what it means for a shell and for an HTTP client. */
export const ERROR_CODES = {
  INTERNAL: { exitStatus: 1, httpStatus: 500, meaning: "a fault in Sharestrata itself" },
  FAILED: { exitStatus: 1, httpStatus: 500, meaning: "the operation failed for the reason given" },
  USAGE: { exitStatus: 2, httpStatus: 400, meaning: "the command line or an address cannot be understood" },
  CONFIG_INVALID: { exitStatus: 2, httpStatus: 400, meaning: "the configuration file is missing or wrong" },
  COMPLETED_WITH_ERRORS: { exitStatus: 3, httpStatus: 200, meaning: "done, but some files were passed over" },
  SHARE_UNKNOWN: { exitStatus: 10, httpStatus: 404, meaning: "no such share in the configuration or store" },
  SNAPSHOT_UNKNOWN: { exitStatus: 10, httpStatus: 404, meaning: "no such snapshot" },
  PATH_UNKNOWN: { exitStatus: 10, httpStatus: 404, meaning: "no such path in the snapshot" },
  STORE_UNINITIALISED: { exitStatus: 10, httpStatus: 404, meaning: "the store holds no such share yet: run init" },
  SOURCE_UNKNOWN: { exitStatus: 10, httpStatus: 404, meaning: "the source share or folder does not exist" },
  ALREADY_EXISTS: { exitStatus: 10, httpStatus: 409, meaning: "what was to be created is there already" },
  SHARE_BUSY: { exitStatus: 11, httpStatus: 409, meaning: "another backup or prune of the share is running" },
  LEASE_LOST: {
    exitStatus: 11,
    httpStatus: 409,
    meaning: "the backup could not keep the share to itself and stopped: another may have taken over",
  },
  ACCESS_DENIED: { exitStatus: 12, httpStatus: 403, meaning: "the source or store refuses the credentials" },
  UNREACHABLE: { exitStatus: 13, httpStatus: 503, meaning: "the source or store does not answer" },
  DAMAGED: { exitStatus: 14, httpStatus: 500, meaning: "stored data is missing or does not verify" },
  NEWER_FORMAT: { exitStatus: 15, httpStatus: 500, meaning: "written by a newer version of Sharestrata" },
  MOUNT_FAILED: { exitStatus: 16, httpStatus: 500, meaning: "the mount point or FUSE cannot be used" },
  STORE_FULL: {
    exitStatus: 17,
    httpStatus: 507,
    meaning: "no space is left in the store, the state folder, or where files are put back",
  },
  KEY_REQUIRED: {
    exitStatus: 18,
    httpStatus: 403,
    meaning: "the share is encrypted, and there is no passphrase or key file to open it with",
  },
  WRONG_KEY: { exitStatus: 18, httpStatus: 403, meaning: "the passphrase or key file is not one of the share" },
  NAME_UNUSABLE: { exitStatus: 3, httpStatus: 422, meaning: "a name that no POSIX file system can hold" },
  FILE_UNREADABLE: { exitStatus: 3, httpStatus: 422, meaning: "a single file or folder could not be read" },
  FILE_CHANGED: { exitStatus: 3, httpStatus: 409, meaning: "a file changed while it was being read" },
  DELETE_REFUSED: {
    exitStatus: 2,
    httpStatus: 409,
    meaning: "what a restore was to delete is more than it can be meant to",
  },
  FILE_UNWRITABLE: { exitStatus: 3, httpStatus: 422, meaning: "a single file or folder could not be put back" },
  INTERRUPTED: { exitStatus: 130, httpStatus: 499, meaning: "stopped by a signal" },
} as const satisfies Record<string, CodeMeaning>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Machine-readable circumstances of an error: never secrets. */
export type ErrorFields = Readonly<Record<string, string | number | boolean | undefined>>;

export class SharestrataError extends Error {
  override readonly name: string = "SharestrataError";
  readonly code: ErrorCode;
  readonly fields: ErrorFields;

  constructor(code: ErrorCode, message: string, fields: ErrorFields = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.fields = fields;
  }

  get exitStatus(): number {
    return ERROR_CODES[this.code].exitStatus;
  }

  get httpStatus(): number {
    return ERROR_CODES[this.code].httpStatus;
  }
}

/** Stored bytes are not what they must be. `fields.where` names the object, table or place. */
export class DamagedError extends SharestrataError {
  override readonly name = "DamagedError";
  constructor(message: string, fields: ErrorFields & { readonly where: string }, cause?: unknown) {
    super("DAMAGED", message, fields, cause);
  }
}

/** A source refused or failed. `retryable` says whether trying again can help. */
export class SourceError extends SharestrataError {
  override readonly name = "SourceError";
  readonly retryable: boolean;
  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly retryable?: boolean; readonly fields?: ErrorFields; readonly cause?: unknown } = {},
  ) {
    super(code, message, options.fields, options.cause);
    this.retryable = options.retryable ?? false;
  }
}

/** A store refused or failed: which kind of failure, on which object, and whether trying again can help. */
export class StoreError extends SharestrataError {
  override readonly name = "StoreError";
  readonly retryable: boolean;
  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly retryable?: boolean; readonly fields?: ErrorFields; readonly cause?: unknown } = {},
  ) {
    super(code, message, options.fields, options.cause);
    this.retryable = options.retryable ?? false;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's code (`ENOENT`, `ECONNREFUSED`, …) of an error from node, or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
