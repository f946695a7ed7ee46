/** How a path of a source is written in messages: always from the root, control characters and broken bytes escaped. */
import type { SourcePath } from "./source.js";

// oxlint-disable-next-line eslint/no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g;

/** `/reports/may.pdf`; the root is `/`. One line whatever the names hold. */
export function displayPath(path: SourcePath): string {
  return `/${path.map(displayName).join("/")}`;
}

export function displayName(name: string): string {
  return name.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * A name as the file system has it, when it is not valid UTF-8: printable ASCII as it is, every other byte as `\xNN`
 * and a backslash doubled, so that two names never look alike.
 */
export function displayBytes(name: Uint8Array): string {
  let text = "";
  for (const byte of name) {
    if (byte === 0x5c) text += "\\\\";
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return text;
}
