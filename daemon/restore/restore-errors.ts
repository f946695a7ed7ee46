/** What an error means for a restore: the end of the run, or one file passed over. */
import { messageOf, SharestrataError, systemCode } from "../../core/errors.js";

/** After these the next file would fail as well. */
const FATAL = new Set(["STORE_FULL", "UNREACHABLE", "ACCESS_DENIED", "INTERRUPTED", "SOURCE_UNKNOWN"]);

export function isFatal({ code }: SharestrataError): boolean {
  return FATAL.has(code);
}

export function asRestoreError(error: unknown): SharestrataError {
  if (error instanceof SharestrataError) return error;
  const code = systemCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new SharestrataError("STORE_FULL", "No space is left where files are put back.", {}, error);
  }
  const text = messageOf(error).replace(/\/proc\/self\/fd\/\d+\//g, "");
  return new SharestrataError("FAILED", /[.?!]$/.test(text) ? text : `${text}.`, {}, error);
}
