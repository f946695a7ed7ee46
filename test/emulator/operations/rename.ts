// Rename of files and directories: a PUT on the new name that names the old one in a header.
import { invalidHeader, StorageError } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import type { StorageResponse } from "../http/storage-response.js";
import { needs } from "./needs.js";
import { nodeHeaders, readNodeChanges, writeEncrypted } from "./node-headers.js";
import { parseSourceUrl } from "./source-url.js";

const sourceHeader = "x-ms-file-rename-source";

export const renameFile: Operation = {
  name: "Rename File",
  need: needs.create,
  onSnapshot: false,
  run: (context) => rename(context, "file"),
};

export const renameDirectory: Operation = {
  name: "Rename Directory",
  need: needs.createDirectory,
  onSnapshot: false,
  run: (context) => rename(context, "directory"),
};

function rename(context: OperationContext, kind: "file" | "directory"): StorageResponse {
  const { request, share } = context;
  const text = request.requireHeader(sourceHeader);
  const { address } = parseSourceUrl(context, sourceHeader, text);
  if (address.account !== request.address.account || address.share !== share.name) {
    throw invalidHeader(sourceHeader, text);
  }
  const source = context.parsePath(address.path, "x-ms-source-allow-trailing-dot");
  const found = share.live.find(source);
  if (found && (found.state.kind === "directory") !== (kind === "directory")) {
    throw new StorageError("ResourceTypeMismatch");
  }
  const contentType = request.header("x-ms-content-type");
  const renamed = share.files.rename(source, context.path, {
    ...readNodeChanges(context, kind),
    ...(contentType !== undefined && { contentType }),
    replaceIfExists: request.flag("x-ms-file-rename-replace-if-exists"),
    ignoreReadOnly: request.flag("x-ms-file-rename-ignore-readonly"),
    sourceLeaseId: context.leaseHeader("x-ms-source-lease-id"),
    destinationLeaseId: context.leaseHeader("x-ms-destination-lease-id"),
  });
  return { status: 200, headers: { ...nodeHeaders(renamed), ...writeEncrypted } };
}
