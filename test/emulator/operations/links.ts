// Symbolic and hard links, which only NFS shares have.
import { isUtf8 } from "node:buffer";
import { StorageError } from "../errors.js";
import type { Operation } from "../http/operation.js";
import { parseSourceUrl } from "./source-url.js";
import { findFileOrLink, requireFileType } from "./file-operations.js";
import { needs } from "./needs.js";
import { nodeHeaders, readNodeChanges, versionHeaders, writeEncrypted } from "./node-headers.js";

export const createSymbolicLink: Operation = {
  name: "Create Symbolic Link",
  need: needs.create,
  onSnapshot: false,
  run(context) {
    context.requireNfs();
    const target = context.request.requireHeader("x-ms-link-text");
    const changes = readNodeChanges(context, "file");
    const created = context.share.files.createSymbolicLink(context.path, target, changes);
    return { status: 201, headers: { ...nodeHeaders(created), ...writeEncrypted } };
  },
};

export const getSymbolicLink: Operation = {
  name: "Get Symbolic Link",
  need: needs.read,
  onSnapshot: true,
  run(context) {
    context.requireNfs();
    const { state } = findFileOrLink(context);
    if (state.kind !== "symlink") throw new StorageError("ResourceTypeMismatch");
    return {
      status: 200,
      headers: { ...versionHeaders(state), "x-ms-link-text": state.target },
    };
  },
};

export const createHardLink: Operation = {
  name: "Create Hard Link",
  need: needs.create,
  onSnapshot: false,
  run(context) {
    context.requireNfs();
    const { request, share } = context;
    requireFileType(context);
    const text = request.requireHeader("x-ms-file-target-file");
    const path = /^https?:/i.test(text)
      ? parseSourceUrl(context, "x-ms-file-target-file", text).address.path
      : utf8(text);
    const target = context.parsePath(path, "x-ms-allow-trailing-dot");
    const created = share.files.createHardLink(context.path, target, context.leaseId);
    return { status: 201, headers: { ...nodeHeaders(created), ...writeEncrypted } };
  },
};

/** A header's bytes, which node reads a character each, as the name that they are. */
function utf8(header: string): string {
  const bytes = Buffer.from(header, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : header;
}
