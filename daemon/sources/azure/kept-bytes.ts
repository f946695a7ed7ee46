/**
 * Whether what is known of a file explains that its ETag moved. Each change of a file moves it: one of its bytes as well as one of its ACL.
 * A write moves LastWriteTime too, unless the writer sets it back, as some programs do. So a file that kept its size and its
 * LastWriteTime counts as unwritten when something else about it is different now: its name, its permissions, its
 * attributes, its metadata, its headers. With nothing to explain the ETag, it was written.
 */
import { isDeepStrictEqual } from "node:util";
import type { NodeMetadata } from "../../../core/node.js";
import type { FileFacts } from "../source.js";

/** Those that nobody changes by writing bytes. */
const EXPLAINING = [
  "permissionKey",
  "userMetadata",
  "contentType",
  "contentEncoding",
  "contentLanguage",
  "cacheControl",
  "contentDisposition",
  "linkCount",
] as const satisfies readonly (keyof NodeMetadata)[];

/** As `SourceSession.keepsBytes`. */
export function keepsBytes(before: FileFacts, now: FileFacts, isMoved: boolean): boolean {
  // Only what a listing tells of a file that could not be described: too little to compare with.
  if (before.metadata.contentType === undefined) return false;
  // Whoever uploads a file says its MD5 with the bytes.
  if (!isSame(before.metadata.contentMd5, now.metadata.contentMd5)) return false;
  if (isMoved || !isDeepStrictEqual(before.posix, now.posix)) return true;
  if (settable(before.metadata.attributes) !== settable(now.metadata.attributes)) return true;
  return EXPLAINING.some((field) => !isDeepStrictEqual(before.metadata[field], now.metadata[field]));
}

/** Writing sets `Archive`, and `None` stands for no attribute at all. */
function settable(attributes = ""): string {
  const names = attributes.split("|").map((name) => name.trim().toLowerCase());
  return names
    .filter((name) => !["", "archive", "none", "normal"].includes(name))
    .toSorted()
    .join("|");
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === undefined || other === undefined ? one === other : Buffer.compare(one, other) === 0;
}
