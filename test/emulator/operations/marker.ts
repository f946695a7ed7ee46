// Continuation markers: opaque to clients, the key to go on behind for us.
import { invalidQuery } from "../errors.js";

export function encodeMarker(key: string): string {
  const text = Buffer.from(key, "utf16le").toString("base64url");
  return `2!${text.length}!${text}`;
}

/** Undefined for no marker. Throws InvalidQueryParameterValue for one this emulator never gave. */
export function decodeMarker(marker: string | undefined): string | undefined {
  if (!marker) return undefined;
  const match = /^2!(\d+)!([\w-]*)$/.exec(marker);
  if (!match || Number(match[1]) !== match[2]!.length) throw invalidQuery("marker", marker);
  return Buffer.from(match[2]!, "base64url").toString("utf16le");
}
