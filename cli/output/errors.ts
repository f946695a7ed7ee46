/** How an error that ends a command is told, and which exit status it has. */
import {
  ERROR_CODES,
  type ErrorCode,
  type ErrorFields,
  messageOf,
  SharestrataError,
  systemCode,
} from "../../core/errors.js";
import { printable } from "./format.js";

/** 128 + the signal's number, as shells have it. */
export const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof SIGNAL_STATUS;

/** The reason of the abort signal when the process is told to stop. */
export function interruption(signal: StopSignal): SharestrataError {
  return new SharestrataError("INTERRUPTED", "Stopped by a signal.", { signal });
}

/** A mistake in how a command was called, with where to read how it is called. */
export class UsageError extends SharestrataError {
  override readonly name = "UsageError";
  constructor(
    message: string,
    /** Such as `sharestrata backup`. */
    readonly helpOf: string,
  ) {
    super("USAGE", message);
  }
}

const SYSTEM_CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "STORE_FULL",
  EDQUOT: "STORE_FULL",
  EACCES: "FAILED",
  EPERM: "FAILED",
  EROFS: "FAILED",
  EMFILE: "FAILED",
  ENFILE: "FAILED",
  EIO: "FAILED",
};

/**
 * Whatever was thrown as an error with a code. What has none is an error of the system, or else a fault of ours.
 * @param aborted the reason of the abort signal, when it was aborted: it outranks what the abort brought about
 */
export function asCodedError(error: unknown, aborted?: unknown): SharestrataError {
  if (aborted instanceof SharestrataError && (error === aborted || isAbort(error))) return aborted;
  if (error instanceof SharestrataError) return error;
  const system = SYSTEM_CODES[systemCode(error) ?? ""];
  if (system) return new SharestrataError(system, withFullStop(messageOf(error)), {}, error);
  return new SharestrataError("INTERNAL", withFullStop(messageOf(error)), {}, error);
}

function isAbort(error: unknown): boolean {
  if (error instanceof SharestrataError) return error.code === "INTERRUPTED";
  return error instanceof Error && (error.name === "AbortError" || systemCode(error) === "ABORT_ERR");
}

export function exitStatusOf(error: SharestrataError): number {
  if (error.code === "INTERRUPTED" && error.fields["signal"] === "SIGTERM") return SIGNAL_STATUS.SIGTERM;
  return error.exitStatus;
}

export interface RenderOptions {
  readonly json: boolean;
  readonly verbose: boolean;
}

/** The text for stderr, without its last newline. */
export function renderError(error: SharestrataError, { json, verbose }: RenderOptions): string {
  if (json) return JSON.stringify(errorDocument(error));
  const lines = error.message.split("\n").map((line) => `sharestrata: ${printable(line)}`);
  if (error instanceof UsageError) lines.push(`Try ${error.helpOf} --help.`);
  if (error.code === "INTERNAL") {
    lines[0] = `sharestrata: INTERNAL: ${printable(error.message)}`;
    lines.push(
      "This is a fault in Sharestrata itself. Please report it to its maintainers with the output of the same",
    );
    lines.push("command under --verbose, and of sharestrata --version; look through both for names you want to keep.");
  }
  if (verbose) lines.push(stackOf(error));
  return lines.join("\n");
}

function errorDocument({ code, message, fields }: SharestrataError): { error: ErrorDocument } {
  return { error: { code, message, fields } };
}

interface ErrorDocument {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fields: ErrorFields;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${stackOf(error.cause)}`;
}

function withFullStop(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** What --help says of exit statuses: one line a status, from the table of codes. */
export function exitStatusHelp(): string {
  const meanings = new Map<number, string[]>();
  for (const { exitStatus, meaning } of Object.values(ERROR_CODES)) {
    meanings.set(exitStatus, [...(meanings.get(exitStatus) ?? []), meaning]);
  }
  const rows: (readonly [number, string])[] = [[0, "done"]];
  for (const [status, texts] of [...meanings].toSorted(([a], [b]) => a - b)) rows.push([status, texts[0] ?? ""]);
  const shortened = new Map<number, string>([
    [1, "failed, for the reason given"],
    [2, "the command line, an address or the configuration is wrong"],
    [3, "done, but some files were passed over"],
    [10, "no such share, snapshot, path, source or store; or it exists already"],
    [130, "stopped by Ctrl-C (143: by SIGTERM)"],
  ]);
  const lines = rows.map(([status, text]) => `  ${String(status).padStart(3)}  ${shortened.get(status) ?? text}`);
  return `Exit status:\n${lines.join("\n")}`;
}
