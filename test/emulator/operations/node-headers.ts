// A node's properties as headers, both ways: what a client asks to set, and what an answer tells.
import { invalidHeader, StorageError } from "../errors.js";
import type { OperationContext } from "../http/operation.js";
import { parseAttributes } from "../model/attributes.js";
import { parseFileTime, toHttpDate } from "../model/file-time.js";
import type { ContentHeaders, FileState, FoundNode, NodeState } from "../model/node.js";
import type { PermissionFormat } from "../model/permissions.js";
import type { NodeChanges } from "../model/node-changes.js";

/** Longest security descriptor a header may carry. */
const maxInlinePermissionBytes = 8192;

const contentHeaderNames: readonly (readonly [keyof ContentHeaders, string, string])[] = [
  ["type", "x-ms-content-type", "Content-Type"],
  ["encoding", "x-ms-content-encoding", "Content-Encoding"],
  ["language", "x-ms-content-language", "Content-Language"],
  ["cacheControl", "x-ms-cache-control", "Cache-Control"],
  ["disposition", "x-ms-content-disposition", "Content-Disposition"],
  ["md5", "x-ms-content-md5", "Content-MD5"],
];

/**
 * The SMB or NFS properties a request sets. `now` is resolved; `preserve`, and the other word given as
 * `keep`, count as not set.
 */
export function readNodeChanges(context: OperationContext, kind: "file" | "directory", keep = "preserve"): NodeChanges {
  const { request, share } = context;
  const { metadata } = request;
  if (share.record.protocol === "NFS") {
    const posix = readPosix(context);
    return { ...readTimes(context, keep), ...(posix && { posix }), ...(metadata && { metadata }) };
  }
  const attributes = request.header("x-ms-file-attributes");
  const permissionKey = readPermissionKey(context, kind);
  return {
    ...readTimes(context, keep),
    ...(attributes !== undefined &&
      !["preserve", keep].includes(attributes.toLowerCase()) && { attributes: parseAttributes(attributes, kind) }),
    ...(permissionKey !== undefined && { permissionKey }),
    ...(metadata && { metadata }),
  };
}

function readTimes(
  context: OperationContext,
  keep: string,
): Pick<NodeChanges, "creationTime" | "lastWriteTime" | "changeTime"> {
  const creationTime = readTime(context, "x-ms-file-creation-time", keep);
  const lastWriteTime = readTime(context, "x-ms-file-last-write-time", keep);
  const changeTime = readTime(context, "x-ms-file-change-time", keep);
  return {
    ...(creationTime !== undefined && { creationTime }),
    ...(lastWriteTime !== undefined && { lastWriteTime }),
    ...(changeTime !== undefined && { changeTime }),
  };
}

function readTime({ request, service }: OperationContext, name: string, keep: string): string | undefined {
  const value = request.header(name);
  if (value === undefined || ["preserve", keep].includes(value.toLowerCase())) return undefined;
  if (value.toLowerCase() === "now") return service.ticker.next().time;
  const time = parseFileTime(value);
  if (time === undefined) throw invalidHeader(name, value);
  return time;
}

/** The key of the permission a request names, carries or wants to inherit; undefined where it says nothing. */
function readPermissionKey(context: OperationContext, kind: "file" | "directory"): string | undefined {
  const { request, share, path } = context;
  const inline = request.header("x-ms-file-permission");
  const key = request.header("x-ms-file-permission-key");
  if (inline !== undefined && key !== undefined) {
    throw invalidHeader("x-ms-file-permission-key", key);
  }
  if (key !== undefined) {
    checkPermissionKey(key);
    if (!share.permissions.has(key)) throw new StorageError("FileInvalidPermissionKey");
    return key;
  }
  if (inline === undefined || /^preserve$/i.test(inline)) return undefined;
  if (/^inherit$/i.test(inline)) {
    const parent = path.length === 0 ? undefined : share.live.find(path.slice(0, -1));
    return parent && share.permissions.inherit(parent.state.permissionKey, kind);
  }
  if (Buffer.byteLength(inline, "latin1") > maxInlinePermissionBytes) {
    throw invalidHeader("x-ms-file-permission", "(longer than 8 KiB)");
  }
  const format = parsePermissionFormat(request.header("x-ms-file-permission-format"));
  return share.permissions.add({ format, permission: inline });
}

/** Throws InvalidHeaderValue for text that is no key of any share. */
export function checkPermissionKey(key: string): void {
  if (!/^\d{1,20}\*\d{1,20}$/.test(key)) throw invalidHeader("x-ms-file-permission-key", key);
}

export function parsePermissionFormat(value: string | undefined): PermissionFormat {
  const format = (value ?? "sddl").toLowerCase();
  if (format !== "sddl" && format !== "binary") {
    throw invalidHeader("x-ms-file-permission-format", value ?? "");
  }
  return format === "sddl" ? "Sddl" : "Binary";
}

function readPosix({ request }: OperationContext): NodeChanges["posix"] {
  const owner = request.header("x-ms-owner");
  const group = request.header("x-ms-group");
  const mode = request.header("x-ms-mode");
  for (const [name, value] of [
    ["x-ms-owner", owner],
    ["x-ms-group", group],
  ] as const) {
    if (value !== undefined && !/^\d{1,10}$/.test(value)) throw invalidHeader(name, value);
  }
  if (owner === undefined && group === undefined && mode === undefined) return undefined;
  return {
    ...(owner !== undefined && { owner }),
    ...(group !== undefined && { group }),
    ...(mode !== undefined && { mode: parseMode(mode) }),
  };
}

/** Four octal digits, or nine letters such as `rwxr-x--t`, to four octal digits. */
function parseMode(text: string): string {
  if (/^[0-7]{3,4}$/.test(text)) return text.padStart(4, "0");
  if (!/^([r-][w-][xsS-]){2}[r-][w-][xtT-]$/.test(text)) throw invalidHeader("x-ms-mode", text);
  let special = 0;
  let digits = "";
  for (let role = 0; role < 3; role++) {
    const [read, write, execute] = text.slice(role * 3, role * 3 + 3);
    const runs = execute === "x" || execute === "s" || execute === "t";
    digits += String((read === "r" ? 4 : 0) + (write === "w" ? 2 : 0) + (runs ? 1 : 0));
    if (execute !== "x" && execute !== "-") special += 4 >> role;
  }
  return `${special}${digits}`;
}

/** Content headers a request carries; undefined when it has none of them. */
export function readContentHeaders({ request }: OperationContext): ContentHeaders | undefined {
  const found: Record<string, string> = {};
  for (const [key, name] of contentHeaderNames) {
    const value = request.header(name);
    if (value !== undefined) found[key] = value;
  }
  // The service keeps whatever bytes it is told are a file's MD5, of any length.
  const { md5 } = found;
  if (md5 !== undefined && Buffer.from(md5, "base64").toString("base64") !== md5) {
    throw new StorageError("InvalidMd5");
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

/** ETag and Last-Modified. */
export function versionHeaders(state: { etag: string; modified: string }): Record<string, string> {
  return { ETag: state.etag, "Last-Modified": toHttpDate(state.modified) };
}

/** Everything a create, set or rename answers about a node, and every read tells too. */
export function nodeHeaders(found: FoundNode): Record<string, string> {
  const { state, id, parentId } = found;
  return {
    ...versionHeaders(state),
    "x-ms-file-creation-time": state.creationTime,
    "x-ms-file-last-write-time": state.lastWriteTime,
    "x-ms-file-change-time": state.changeTime,
    "x-ms-file-id": id,
    ...(id !== parentId && { "x-ms-file-parent-id": parentId }),
    ...protocolHeaders(state),
  };
}

function protocolHeaders(state: NodeState): Record<string, string> {
  if (!state.posix) {
    return {
      "x-ms-file-attributes": state.attributes,
      "x-ms-file-permission-key": state.permissionKey,
    };
  }
  const types = { file: "Regular", directory: "Directory", symlink: "SymLink" } as const;
  return {
    "x-ms-owner": state.posix.owner,
    "x-ms-group": state.posix.group,
    "x-ms-mode": state.posix.mode,
    "x-ms-file-file-type": types[state.kind],
    ...(state.kind !== "directory" && { "x-ms-link-count": String(state.linkCount) }),
  };
}

/** The stored content headers of a file; `whole` is false for an answer that has a part of it. */
export function contentHeaders(state: FileState, whole: boolean): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [key, , name] of contentHeaderNames) {
    const value = state.headers[key];
    if (value !== undefined) headers[key === "md5" && !whole ? "x-ms-content-md5" : name] = value;
  }
  return headers;
}

export function metadataHeaders(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]));
}

/** What a write answers about encryption. */
export const writeEncrypted = { "x-ms-request-server-encrypted": "true" } as const;
/** What a read answers about encryption. */
export const readEncrypted = { "x-ms-server-encrypted": "true" } as const;
