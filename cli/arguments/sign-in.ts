/** `--auth`: how a source is signed in to, in the words of the configuration. What they may say is checked where that is read. */
import { parse } from "yaml";
import { SharestrataError } from "../../core/errors.js";

const KEYS = ["key", "sas", "connectionString", "entra"];

/** @throws SharestrataError `USAGE`, without any part of the text: somebody may have written a secret */
export function parseSignIn(text: string): Readonly<Record<string, unknown>> {
  const value = parsed(text);
  const [[key, inner] = [], ...more] = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const isReference = key === "entra" || (typeof inner === "object" && inner !== null);
  if (key !== undefined && KEYS.includes(key) && isReference && more.length === 0) return { [key]: inner };
  throw new SharestrataError(
    "USAGE",
    "--auth: write what the source's key, sas, connectionString or entra would be in the configuration, such as " +
      "'entra: default', 'entra: {managedIdentity: true}' or 'sas: {file: PATH}'.",
  );
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // Whatever is wrong with it, the sentence above says what to write instead.
    return undefined;
  }
}
