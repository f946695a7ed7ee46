/** All that Get File Properties and Get Directory Properties say, read from the headers as sent: seven digits of each time. */
import { isUtf8 } from "node:buffer";
import type { NodeKind, NodeMetadata, PosixAttributes } from "../../../core/node.js";
import { parseTime, type TimeNs } from "../../../core/time.js";
import { present, sourceIdOf } from "./entry.js";
import { bareEtag, httpDate, type ListedNode } from "./listing.js";

export type HeaderReader = (name: string) => string | undefined;

export function metadataOfHeaders(
  header: HeaderReader,
  userMetadata: Readonly<Record<string, string>> | undefined,
  kind: NodeKind,
): NodeMetadata {
  const md5 = header("content-md5");
  const linkCount = linkCountOf(header("x-ms-link-count"));
  const createdNs = timeOf(header, "x-ms-file-creation-time");
  return present({
    createdNs,
    changedNs: timeOf(header, "x-ms-file-change-time"),
    attributes: header("x-ms-file-attributes"),
    permissionKey: header("x-ms-file-permission-key"),
    etag: bareEtag(header("etag")),
    contentMd5: md5 === undefined ? undefined : Buffer.from(md5, "base64"),
    // A directory has no content; what is said of type there belongs to the empty body of the answer.
    contentType: kind === "directory" ? undefined : header("content-type"),
    contentEncoding: header("content-encoding"),
    contentLanguage: header("content-language"),
    cacheControl: header("cache-control"),
    contentDisposition: header("content-disposition"),
    userMetadata:
      userMetadata === undefined || Object.keys(userMetadata).length === 0 ? undefined : { ...userMetadata },
    linkCount,
    linkId: linkCount === undefined ? undefined : sourceIdOf({ fileId: header("x-ms-file-id"), createdNs }),
  });
}

/** The headers of an answer with bytes of a file, as if its properties had been asked for. */
export function asProperties(header: HeaderReader, isWhole: boolean): HeaderReader {
  // With a part of the file, `Content-MD5` would be the part's.
  return (name) => header(name === "content-md5" && !isWhole ? "x-ms-content-md5" : name);
}

/** The root as if it stood in a listing: no listing has it. */
export function directoryOfHeaders(header: HeaderReader): ListedNode {
  return {
    kind: "directory",
    name: "",
    rawName: "",
    fileId: header("x-ms-file-id"),
    sizeBytes: 0,
    createdNs: timeOf(header, "x-ms-file-creation-time"),
    accessedNs: undefined,
    writtenNs: timeOf(header, "x-ms-file-last-write-time") ?? httpDate(header("last-modified")),
    changedNs: timeOf(header, "x-ms-file-change-time"),
    etag: bareEtag(header("etag")),
    attributes: header("x-ms-file-attributes"),
    permissionKey: header("x-ms-file-permission-key"),
  };
}

/** Mode and owner, which nodes of NFS shares have; undefined elsewhere. */
export function posixOfHeaders(header: HeaderReader): PosixAttributes | undefined {
  const mode = header("x-ms-mode");
  if (mode === undefined) return undefined;
  return {
    // Octal digits. What goes beyond permissions says what kind of node it is, which has a header of its own.
    mode: Number.parseInt(mode, 8) & 0o7777,
    uid: idOf(header("x-ms-owner")),
    gid: idOf(header("x-ms-group")),
  };
}

export function isSymlink(header: HeaderReader): boolean {
  return header("x-ms-file-file-type")?.toLowerCase() === "symlink";
}

/** A text that is sent as it is, which may be UTF-8: headers are read a character a byte. */
export function textOfHeader(value: string): string {
  if (/^[\0-\x7f]*$/.test(value)) return value;
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes) && bytes.toString("latin1") === value ? bytes.toString("utf8") : value;
}

function idOf(text: string | undefined): number {
  const id = Number(text);
  return Number.isInteger(id) && id >= 0 && id <= 0xffff_ffff ? id : 0;
}

function timeOf(header: HeaderReader, name: string): TimeNs | undefined {
  const text = header(name);
  return text === undefined ? undefined : parseTime(text);
}

// NFS shares alone say it; 1 says nothing.
function linkCountOf(text: string | undefined): number | undefined {
  const count = Number(text);
  return Number.isSafeInteger(count) && count > 1 ? count : undefined;
}

/** The inverse of `textOfHeader`: what a header carries a character a byte. */
export function headerOfText(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
