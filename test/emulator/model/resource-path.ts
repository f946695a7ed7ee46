// Names as the service accepts them: share names, and the components of a path inside a share. A
// ResourcePath that exists has been checked; nothing after this file looks at raw path text.
import { upcase } from "../../../core/upcase.js";
import { StorageError } from "../errors.js";

/** The protocol a share is enabled for; it decides which names are legal and which are equal. */
export type Protocol = "SMB" | "NFS";

/** Checked components from the share's root; empty for the root itself. */
export type ResourcePath = readonly string[];

const maxNameLength = 255;
const maxPathLength = 2048;
// eslint-disable-next-line no-control-regex -- the service refuses control characters
const illegalOnSmb = /[":|<>*?\u0000-\u001f]/;
const maxDepth = 250;
/** Names of devices, which no file on an SMB share may have. */
const reserved = /^(?:con|prn|aux|nul|clock\$|com[1-9]|lpt[1-9])$/i;

/**
 * Splits decoded path text at slashes, on SMB at backslashes too, and checks each component. Trailing
 * dots are dropped unless kept. Throws InvalidResourceName.
 */
export function parseResourcePath(
  text: string,
  options: { readonly protocol: Protocol; readonly keepTrailingDots: boolean },
): ResourcePath {
  if (text.length > maxPathLength) throw new StorageError("InvalidResourceName");
  const names: string[] = [];
  for (const part of text.split(options.protocol === "SMB" ? /[\\/]/ : "/")) {
    if (part === "") continue;
    names.push(parseName(part, options));
  }
  if (names.length > maxDepth) throw new StorageError("InvalidResourceName");
  return names;
}

function parseName(part: string, options: { readonly protocol: Protocol; readonly keepTrailingDots: boolean }): string {
  if (part === "." || part === "..") throw new StorageError("InvalidResourceName");
  const name = options.keepTrailingDots || options.protocol === "NFS" ? part : part.replace(/\.+$/, "");
  if (name === "" || name.length > maxNameLength) throw new StorageError("InvalidResourceName");
  if (options.protocol === "SMB" ? illegalOnSmb.test(name) || reserved.test(name) : name.includes("\0")) {
    throw new StorageError("InvalidResourceName");
  }
  return name;
}

/** What two names share when the service holds them equal: upper case on SMB, the name on NFS. */
export function nameKey(name: string, protocol: Protocol): string {
  return protocol === "NFS" ? name : upcase(name);
}

/** Checks a share's name. Throws OutOfRangeInput for its length, InvalidResourceName for the rest. */
export function checkShareName(name: string): void {
  if (name.length < 3 || name.length > 63) throw new StorageError("OutOfRangeInput");
  if (!/^[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9]))*$/.test(name)) {
    throw new StorageError("InvalidResourceName");
  }
}
