// Operations on one file that do not move its bytes: create, delete, properties, metadata.
import { createHash } from "node:crypto";
import { invalidHeader, StorageError } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { isStructured, unstructure } from "../http/structured-body.js";
import { Content } from "../model/content.js";
import { copiedBytes, isPending } from "../model/copy-progress.js";
import { toHttpDate } from "../model/file-time.js";
import { leaseHeaders } from "../model/lease.js";
import type { FileState, FoundNode, NodeState } from "../model/node.js";
import { defaultContentHeaders, type FileChanges } from "../model/share-files.js";
import { needs } from "./needs.js";
import {
  contentHeaders,
  metadataHeaders,
  nodeHeaders,
  readContentHeaders,
  readEncrypted,
  readNodeChanges,
  versionHeaders,
  writeEncrypted,
} from "./node-headers.js";
import { overriddenHeaders } from "./response-overrides.js";

export const maxFileBytes = 4 * 1024 ** 4;
export const maxRangeBytes = 4 * 1024 ** 2;

/** The addressed file or link, live or in the snapshot asked for; its lease id, if named, checked. */
export function findFileOrLink(context: OperationContext): FoundNode {
  const { share, path, snapshotId, leaseId } = context;
  const reader = share.reader(snapshotId);
  const found = reader.find(path);
  if (!found) {
    const parent = reader.find(path.slice(0, -1));
    throw new StorageError(parent ? "ResourceNotFound" : "ParentNotFound");
  }
  if (found.state.kind === "directory") throw new StorageError("ResourceTypeMismatch");
  if (snapshotId === undefined) share.leases.checkRead(found.id, leaseId);
  return found;
}

/** Like findFileOrLink, and a file. */
export function findFile(context: OperationContext): FoundNode<FileState> {
  const found = findFileOrLink(context);
  if (found.state.kind !== "file") throw new StorageError("ResourceTypeMismatch");
  return found as FoundNode<FileState>;
}

/** Headers every read of a file carries: identity, lease, copy and metadata. */
export function fileHeaders(context: OperationContext, found: FoundNode): Record<string, string> {
  const { share, snapshotId, nowMs } = context;
  const lease = snapshotId === undefined ? share.leases.get(found.id) : undefined;
  return {
    ...nodeHeaders(found),
    ...metadataHeaders(found.state.metadata),
    ...leaseHeaders(lease, nowMs),
    ...copyHeaders(found.state, nowMs),
    ...readEncrypted,
    "x-ms-type": "File",
  };
}

function copyHeaders(state: NodeState, nowMs: number): Record<string, string> {
  if (state.kind !== "file" || !state.copy) return {};
  const { id, source, status, completed, totalBytes } = state.copy;
  const pending = isPending(state.copy, nowMs);
  return {
    "x-ms-copy-id": id,
    "x-ms-copy-source": source,
    "x-ms-copy-status": pending ? "pending" : status,
    ...(!pending && { "x-ms-copy-completion-time": toHttpDate(completed) }),
    "x-ms-copy-progress": `${copiedBytes(state.copy, nowMs)}/${totalBytes}`,
  };
}

export const createFile: Operation = {
  name: "Create File",
  need: needs.create,
  onSnapshot: false,
  async run(context) {
    const { request, share } = context;
    requireFileType(context);
    request.requireHeader("x-ms-content-length");
    const size = readSize(context)!;
    const { path, leaseId } = context;
    const changes = readNodeChanges(context, "file");
    const headers = { ...defaultContentHeaders, ...readContentHeaders(context) };
    const body = await readInitialBytes(context, size);
    const { files, tree } = share;
    const content =
      body.length > 0 && tree.writer ? Content.of(tree.writer.store(body), tree.writer.newStamp()) : Content.empty;
    const created = files.createFile(path, { size, content, ...changes, headers }, leaseId);
    return {
      status: 201,
      headers: {
        ...nodeHeaders(created),
        ...writeEncrypted,
        ...(body.length > 0 && {
          "Content-MD5": createHash("md5").update(body).digest("base64"),
          "x-ms-content-length": String(size),
        }),
      },
    };
  },
};

/** Of the types there are, a client can name only this one. */
export function requireFileType({ request }: OperationContext): void {
  const type = request.requireHeader("x-ms-type");
  if (type.toLowerCase() !== "file") throw invalidHeader("x-ms-type", type);
}

/** Newer versions let a create bring the first bytes along. */
async function readInitialBytes(context: OperationContext, size: number): Promise<Buffer> {
  const { request } = context;
  const sent = await request.body(maxRangeBytes + 1024);
  const length = request.wholeNumber("x-ms-structured-content-length");
  const body = isStructured(request) ? unstructure(sent, length ?? 0) : sent;
  if (body.length > size || body.length > maxRangeBytes) throw new StorageError("InvalidInput");
  checkMd5(body, request.header("content-md5"));
  return body;
}

/** Throws InvalidMd5 or Md5Mismatch when a body is not what its header says. */
export function checkMd5(body: Buffer, header: string | undefined): string {
  const md5 = createHash("md5").update(body).digest("base64");
  if (header === undefined) return md5;
  if (Buffer.from(header, "base64").length !== 16) throw new StorageError("InvalidMd5");
  if (header !== md5) {
    throw new StorageError("Md5Mismatch", { UserSpecifiedMd5: header, ServerCalculatedMd5: md5 });
  }
  return md5;
}

function readSize({ request }: OperationContext): number | undefined {
  const size = request.wholeNumber("x-ms-content-length", Number.MIN_SAFE_INTEGER);
  if (size !== undefined && (size < 0 || size > maxFileBytes)) throw new StorageError("OutOfRangeInput");
  return size;
}

export const getFileProperties: Operation = {
  name: "Get File Properties",
  need: needs.read,
  onSnapshot: true,
  run(context) {
    const found = findFileOrLink(context);
    const { state } = found;
    const size = state.kind === "file" ? state.size : 0;
    return {
      status: 200,
      headers: {
        ...(state.kind === "file" && contentHeaders(state, true)),
        ...overriddenHeaders(context),
        ...fileHeaders(context, found),
        "Content-Length": String(size),
      },
    };
  },
};

export const getFileMetadata: Operation = {
  name: "Get File Metadata",
  need: needs.read,
  onSnapshot: true,
  run(context) {
    const { state } = findFileOrLink(context);
    return {
      status: 200,
      headers: { ...versionHeaders(state), ...metadataHeaders(state.metadata) },
    };
  },
};

export const deleteFile: Operation = {
  name: "Delete File",
  need: needs.delete,
  onSnapshot: false,
  run(context) {
    const left = context.share.files.deleteFile(context.path, context.leaseId);
    const nfs = context.share.record.protocol === "NFS";
    return { status: 202, headers: nfs ? { "x-ms-link-count": String(left) } : {} };
  },
};

export const setFileProperties: Operation = {
  name: "Set File Properties",
  need: needs.write,
  onSnapshot: false,
  run(context) {
    const { metadata: _, ...properties } = readNodeChanges(context, "file");
    const size = readSize(context);
    const changes: FileChanges = {
      ...properties,
      // Content headers that are not sent are cleared.
      headers: readContentHeaders(context) ?? {},
      ...(size !== undefined && { size }),
    };
    const changed = context.share.files.updateFile(context.path, changes, context.leaseId);
    return { status: 200, headers: { ...nodeHeaders(changed), ...writeEncrypted } };
  },
};

export const setFileMetadata: Operation = {
  name: "Set File Metadata",
  need: needs.write,
  onSnapshot: false,
  run(context) {
    const metadata = context.request.metadata ?? {};
    const { state } = context.share.files.updateFile(context.path, { metadata }, context.leaseId);
    return { status: 200, headers: { ...versionHeaders(state), ...writeEncrypted } };
  },
};
