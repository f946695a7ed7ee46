/** All that Get File Properties and Get Directory Properties say, read from the headers as sent: seven digits of each time. */
import type { NodeKind, NodeMetadata } from "../../../core/node.js";
import { parseTime, type TimeNs } from "../../../core/time.js";
import { present } from "./entry.js";
import { bareEtag, httpDate, type ListedNode } from "./listing.js";

export type HeaderReader = (name: string) => string | undefined;

/** @param userMetadata names in lower case: HTTP keeps no other */
export function metadataOfHeaders(
  header: HeaderReader,
  userMetadata: Readonly<Record<string, string>> | undefined,
  kind: NodeKind,
): NodeMetadata {
  const md5 = header("content-md5");
  return present({
    createdNs: timeOf(header, "x-ms-file-creation-time"),
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
    linkCount: linkCountOf(header("x-ms-link-count")),
  });
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

function timeOf(header: HeaderReader, name: string): TimeNs | undefined {
  const text = header(name);
  return text === undefined ? undefined : parseTime(text);
}

// NFS shares alone say it; 1 says nothing.
function linkCountOf(text: string | undefined): number | undefined {
  const count = Number(text);
  return Number.isSafeInteger(count) && count > 1 ? count : undefined;
}
