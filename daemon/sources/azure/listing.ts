/**
 * One page of a directory listing, read from the XML itself: the SDK's items have lost everything finer than a
 * millisecond. Fields are found by name, wherever they stand within an entry.
 */
import { parseTime, timeFromMs, type TimeNs } from "../../../core/time.js";
import { attributeOf, MalformedXml, scanXml } from "./xml.js";

/** Everything the service says of one child; undefined where it says nothing. */
export interface ListedNode {
  readonly kind: "file" | "directory";
  /** undefined when the service's percent-encoding holds no Unicode text; `rawName` is what it sent. */
  readonly name: string | undefined;
  readonly rawName: string;
  readonly fileId: string | undefined;
  readonly sizeBytes: number;
  readonly createdNs: TimeNs | undefined;
  readonly accessedNs: TimeNs | undefined;
  readonly writtenNs: TimeNs | undefined;
  readonly changedNs: TimeNs | undefined;
  /** Without quotes. */
  readonly etag: string | undefined;
  readonly attributes: string | undefined;
  readonly permissionKey: string | undefined;
}

export interface ListedPage {
  readonly nodes: readonly ListedNode[];
  /** Opaque; undefined on the last page. */
  readonly nextMarker: string | undefined;
}

/**
 * @param body as sent, a byte order mark allowed
 * @throws MalformedXml when it is not a complete listing
 */
export function parseListing(body: string): ListedPage {
  const nodes: ListedNode[] = [];
  let fields: Map<string, string> | undefined;
  let encoded = false;
  let nextMarker: string | undefined;
  let seenEntries = false;
  scanXml(body, {
    open(name, attributes) {
      if (name === "File" || name === "Directory") {
        fields = new Map();
        encoded = false;
      } else if (name === "Name") encoded = attributeOf(attributes, "Encoded")?.toLowerCase() === "true";
    },
    close(name, text) {
      if (fields !== undefined && (name === "File" || name === "Directory")) {
        nodes.push(nodeOf(name === "File" ? "file" : "directory", fields, encoded));
        fields = undefined;
      } else if (fields !== undefined) fields.set(name, text);
      else if (name === "Entries") seenEntries = true;
      else if (name === "NextMarker" && text !== "") nextMarker = text;
    },
  });
  if (!seenEntries) throw new MalformedXml("the answer is not a listing");
  return { nodes, nextMarker };
}

function nodeOf(kind: "file" | "directory", fields: ReadonlyMap<string, string>, encoded: boolean): ListedNode {
  const rawName = fields.get("Name");
  if (rawName === undefined) throw new MalformedXml("an entry has no name");
  return {
    kind,
    name: encoded ? decoded(rawName) : rawName,
    rawName,
    fileId: textOf(fields, "FileId"),
    sizeBytes: kind === "file" ? sizeOf(fields.get("Content-Length")) : 0,
    createdNs: timeOf(fields, "CreationTime"),
    accessedNs: timeOf(fields, "LastAccessTime"),
    writtenNs: timeOf(fields, "LastWriteTime") ?? httpDate(fields.get("Last-Modified")),
    changedNs: timeOf(fields, "ChangeTime"),
    etag: bareEtag(fields.get("Etag")),
    attributes: textOf(fields, "Attributes"),
    permissionKey: textOf(fields, "PermissionKey"),
  };
}

/** The same tag is quoted in a header and may be bare in a listing. */
export function bareEtag(etag: string | undefined): string | undefined {
  const bare = etag?.replace(/^(?:W\/)?"(.*)"$/, "$1");
  return bare === "" ? undefined : bare;
}

/** `Fri, 20 Nov 2026 10:00:00 GMT`; undefined when it is no date. */
export function httpDate(text: string | undefined): TimeNs | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : timeFromMs(ms);
}

function timeOf(fields: ReadonlyMap<string, string>, name: string): TimeNs | undefined {
  const text = fields.get(name);
  return text === undefined ? undefined : parseTime(text);
}

function textOf(fields: ReadonlyMap<string, string>, name: string): string | undefined {
  const text = fields.get(name);
  return text === "" ? undefined : text;
}

function sizeOf(text: string | undefined): number {
  const size = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || !Number.isSafeInteger(size)) {
    throw new MalformedXml("a file has no usable Content-Length");
  }
  return size;
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
