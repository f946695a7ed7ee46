// Copies of whole files from a URL. What of the source's properties goes along is said by headers.
import { invalidHeader, invalidQuery, StorageError } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { hasAttribute, parseAttributes } from "../model/attributes.js";
import { copyEndMs, isPending, visibleContent } from "../model/copy-progress.js";
import { formatMs } from "../model/file-time.js";
import { type FileInit, newCopyId } from "../model/share-files.js";
import { type CopySource, openCopySource } from "./copy-source.js";
import { needs } from "./needs.js";
import { readNodeChanges, versionHeaders } from "./node-headers.js";

export const copyFile: Operation = {
  name: "Copy File",
  need: needs.create,
  onSnapshot: false,
  run(context) {
    const { request, share } = context;
    checkCopyModes(context);
    const source = openCopySource(context, { ownKey: true });
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
        "x-ms-copy-status": isPending(state.copy, context.nowMs) ? "pending" : "success",
      },
    };
  },
};

function copyInit(context: OperationContext, source: CopySource): FileInit {
  const { request, nowMs } = context;
  const { state } = source.found;
  const changes = copyChanges(context, source);
  const { size, headers } = state;
  const endsMs = copyEndMs(size, source.isOwn, nowMs);
  return {
    ...changes,
    ...(request.flag("x-ms-file-copy-set-archive") && { attributes: withArchive(changes.attributes) }),
    metadata: changes.metadata ?? state.metadata,
    size,
    content: visibleContent(state, nowMs),
    headers,
    copy: {
      id: newCopyId(),
      source: source.url,
      status: "success",
      ...(endsMs !== undefined && { endsMs }),
      completed: formatMs(endsMs ?? nowMs),
      bytes: size,
      totalBytes: size,
    },
  };
}

function withArchive(attributes = "None"): string {
  return attributes === "None" ? "Archive" : parseAttributes(`${attributes}|Archive`, "file");
}

/** Each mode is one of two words, and a permission that overrides has to be there. */
function checkCopyModes({ request }: OperationContext): void {
  for (const name of ["permission", "mode", "owner"].map((part) => `x-ms-file-${part}-copy-mode`)) {
    const value = request.header(name);
    if (value !== undefined && !/^(?:source|override)$/i.test(value)) throw invalidHeader(name, value);
  }
  const overrides = request.header("x-ms-file-permission-copy-mode")?.toLowerCase() === "override";
  if (overrides && request.header("x-ms-file-permission") === undefined) {
    request.requireHeader("x-ms-file-permission-key");
  }
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
    const { request, share, path, leaseId, nowMs } = context;
    const action = request.requireHeader("x-ms-copy-action");
    if (action.toLowerCase() !== "abort") throw invalidHeader("x-ms-copy-action", action);
    const id = request.query.get("copyid") ?? "";
    if (id === "") throw new StorageError("MissingRequiredQueryParameter", { QueryParameterName: "copyid" });
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw invalidQuery("copyid", id);
    const { copy } = share.files.file(path).state;
    if (!copy || !isPending(copy, nowMs)) throw new StorageError("NoPendingCopyOperation");
    if (copy.id !== id.toLowerCase()) throw new StorageError("CopyIdMismatch");
    share.files.abortCopy(path, leaseId);
    return { status: 204, headers: {} };
  },
};
