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
    const message =
      "No space is left where files are put back: make room, and run the same command again. What is put back so far is whole.";
    return new SharestrataError("STORE_FULL", message, {}, error);
  }
  const text = plainly(messageOf(error));
  return new SharestrataError("FAILED", /[.?!]$/.test(text) ? text : `${text}.`, {}, error);
}

/** `EACCES: permission denied, open '/proc/self/fd/20/.sharestrata-1-2.part'` is `permission denied (EACCES)`: what it concerns is told beside it. */
function plainly(message: string): string {
  const [, code, words] = /^(E[A-Z0-9]+): (.+?), \w+(?: '.*')?$/s.exec(message) ?? [];
  return code === undefined ? message.replace(/\/proc\/self\/fd\/\d+\//g, "") : `${words} (${code})`;
}
