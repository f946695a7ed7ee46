// Copies from a URL: a whole file, or one range of it. The source must be a file of this emulator; a copy
// is done by the time it is answered, so there is never one to abort.
import { invalidHeader, StorageError } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { hasAttribute, parseAttributes } from "../model/attributes.js";
import type { FileState, FoundNode } from "../model/node.js";
import { type FileInit, newCopyId } from "../model/share-files.js";
import { parseResourcePath } from "../model/resource-path.js";
import type { Share } from "../model/share.js";
import { maxRangeBytes } from "./file-operations.js";
import { readWriteTime, requireRange, written } from "./file-content.js";
import { needs } from "./needs.js";
import { readNodeChanges, versionHeaders } from "./node-headers.js";
import { parseSourceUrl } from "./source-url.js";

interface CopySource {
  readonly share: Share;
  readonly found: FoundNode<FileState>;
  readonly url: string;
}

export const copyFile: Operation = {
  name: "Copy File",
  need: needs.create,
  onSnapshot: false,
  run(context) {
    const { request, share } = context;
    const source = openSource(context);
    const init = copyInit(context, source);
    const existing = share.live.find(context.path);
    if (existing?.state.kind === "file" && hasAttribute(existing.state.attributes, "ReadOnly")) {
      if (!request.flag("x-ms-file-copy-ignore-readonly")) {
        throw new StorageError("ReadOnlyAttribute");
      }
      share.files.updateFile(context.path, { attributes: "None" }, context.leaseId);
    }
    const { state } = share.files.createFile(context.path, init, context.leaseId);
    return {
      status: 202,
      headers: {
        ...versionHeaders(state),
        "x-ms-copy-id": state.copy!.id,
        "x-ms-copy-status": "success",
      },
    };
  },
};

function copyInit(context: OperationContext, source: CopySource): FileInit {
  const { request, share, service } = context;
  const { state } = source.found;
  const changes = copyChanges(context, source);
  const { size, headers, content } = state;
  const sameSmb = share.record.protocol === "SMB" && source.share.record.protocol === "SMB";
  const attributes = changes.attributes ?? (sameSmb ? state.attributes : undefined);
  const archive = request.flag("x-ms-file-copy-set-archive");
  return {
    ...changes,
    ...(attributes !== undefined && {
      attributes: archive ? parseAttributes(`${attributes}|Archive`, "file") : attributes,
    }),
    metadata: changes.metadata ?? state.metadata,
    size,
    content,
    headers,
    copy: {
      id: newCopyId(),
      source: source.url,
      status: "success",
      completed: service.ticker.next().time,
      bytes: size,
    },
  };
}

/** Properties of the copy where headers say `source`, or give a value; the rest gets defaults. */
function copyChanges(context: OperationContext, source: CopySource) {
  const { request } = context;
  const { state } = source.found;
  const fromSource = (name: string): boolean => request.header(name)?.toLowerCase() === "source";
  const copied = {
    ...(fromSource("x-ms-file-creation-time") && { creationTime: state.creationTime }),
    ...(fromSource("x-ms-file-last-write-time") && { lastWriteTime: state.lastWriteTime }),
    ...(fromSource("x-ms-file-change-time") && { changeTime: state.changeTime }),
    ...(fromSource("x-ms-file-attributes") && { attributes: state.attributes }),
    ...(fromSource("x-ms-file-permission-copy-mode") && {
      permissionKey: copyPermission(context, source),
    }),
    ...(state.posix && {
      posix: {
        ...(fromSource("x-ms-file-mode-copy-mode") && { mode: state.posix.mode }),
        ...(fromSource("x-ms-file-owner-copy-mode") && {
          owner: state.posix.owner,
          group: state.posix.group,
        }),
      },
    }),
  };
  const given = readNodeChanges(context, "file", "source");
  return { ...copied, ...given, posix: { ...copied.posix, ...given.posix } };
}

function copyPermission({ share }: OperationContext, source: CopySource): string {
  const { permissions } = source.share;
  const key = source.found.state.permissionKey;
  for (const format of ["Sddl", "Binary"] as const) {
    try {
      return share.permissions.add(permissions.get(key, format));
    } catch (error) {
      // A descriptor SDDL cannot hold is copied in binary.
      if (!(error instanceof StorageError) || format === "Binary") throw error;
    }
  }
  return share.permissions.defaultFileKey;
}

export const abortCopy: Operation = {
  name: "Abort Copy File",
  need: needs.write,
  onSnapshot: false,
  run(context) {
    const action = context.request.requireHeader("x-ms-copy-action");
    if (action.toLowerCase() !== "abort") throw invalidHeader("x-ms-copy-action", action);
    context.share.files.file(context.path);
    throw new StorageError("NoPendingCopyOperation");
  },
};

export const putRangeFromUrl: Operation = {
  name: "Put Range From URL",
  need: needs.write,
  onSnapshot: false,
  run(context) {
    const { request, share } = context;
    const range = requireRange(context);
    const length = range.end - range.start;
    if (length > maxRangeBytes) throw new StorageError("RequestBodyTooLarge");
    const write = request.requireHeader("x-ms-write");
    if (write.toLowerCase() !== "update") throw invalidHeader("x-ms-write", write);
    const source = openSource(context);
    const text = request.requireHeader("x-ms-source-range");
    const match = /^bytes=(\d{1,16})-(\d{1,16})$/.exec(text);
    if (!match) throw invalidHeader("x-ms-source-range", text);
    const [from, to] = [Number(match[1]), Number(match[2]) + 1];
    const { content, size } = source.found.state;
    if (to > size) throw new StorageError("InvalidRange");
    if (to - from !== length) throw invalidHeader("x-ms-source-range", text);
    const bytes = Buffer.from(content.read(from, to));
    const writeTime = readWriteTime(context);
    return written(share.files.writeRange(context.path, range.start, bytes, writeTime, context.leaseId));
  },
};

/** The file a copy reads, once the request has proven that it may. */
function openSource(context: OperationContext): CopySource {
  const { request, accounts, authorization } = context;
  const text = request.requireHeader("x-ms-copy-source");
  const { address, query } = parseSourceUrl("x-ms-copy-source", text);
  const service = accounts.service(address.account);
  if (!service) throw new StorageError("CannotVerifyCopySource");
  if (query.has("sig")) accounts.verifySource(address, query);
  else if (authorization.kind === "sas" || authorization.account !== address.account) {
    throw new StorageError("CannotVerifyCopySource");
  }
  const share = service.share(address.share);
  const path = parseResourcePath(address.path, {
    protocol: share.record.protocol,
    keepTrailingDots: request.flag("x-ms-source-allow-trailing-dot"),
  });
  const found = share.reader(query.get("sharesnapshot")).find(path);
  if (found?.state.kind !== "file") throw new StorageError("ResourceNotFound");
  return { share, found: found as FoundNode<FileState>, url: text };
}
