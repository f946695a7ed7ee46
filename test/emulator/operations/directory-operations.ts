// Operations on one directory: create, delete, properties, metadata.
import type { Operation, OperationContext } from "../http/operation.js";
import type { DirectoryState, FoundNode, TreeReader } from "../model/node.js";
import { StorageError } from "../errors.js";
import { needs } from "./needs.js";
import {
  metadataHeaders,
  nodeHeaders,
  readEncrypted,
  readNodeChanges,
  versionHeaders,
  writeEncrypted,
} from "./node-headers.js";

/** The addressed directory in the snapshot asked for, or live. Throws when it is missing or a file. */
export function findDirectory(
  context: OperationContext,
  reader: TreeReader = context.share.reader(context.snapshotId),
): FoundNode<DirectoryState> {
  const { path } = context;
  const found = reader.find(path);
  if (!found) {
    const parent = reader.find(path.slice(0, -1));
    throw new StorageError(parent ? "ResourceNotFound" : "ParentNotFound");
  }
  if (found.state.kind !== "directory") throw new StorageError("ResourceTypeMismatch");
  return found as FoundNode<DirectoryState>;
}

export const createDirectory: Operation = {
  name: "Create Directory",
  need: needs.createDirectory,
  onSnapshot: false,
  run(context) {
    const { share } = context;
    const changes = readNodeChanges(context, "directory");
    const created = share.files.createDirectory(context.path, changes);
    return { status: 201, headers: { ...nodeHeaders(created), ...writeEncrypted } };
  },
};

export const getDirectoryProperties: Operation = {
  name: "Get Directory Properties",
  need: needs.readDirectory,
  onSnapshot: true,
  run(context) {
    const found = findDirectory(context);
    return {
      status: 200,
      headers: {
        ...nodeHeaders(found),
        ...metadataHeaders(found.state.metadata),
        ...readEncrypted,
      },
    };
  },
};

export const getDirectoryMetadata: Operation = {
  name: "Get Directory Metadata",
  need: needs.readDirectory,
  onSnapshot: true,
  run(context) {
    const { state } = findDirectory(context);
    return {
      status: 200,
      headers: { ...versionHeaders(state), ...metadataHeaders(state.metadata) },
    };
  },
};

export const deleteDirectory: Operation = {
  name: "Delete Directory",
  need: needs.deleteDirectory,
  onSnapshot: false,
  run(context) {
    context.share.files.deleteDirectory(context.path);
    return { status: 202, headers: {} };
  },
};

export const setDirectoryProperties: Operation = {
  name: "Set Directory Properties",
  need: needs.writeDirectory,
  onSnapshot: false,
  run(context) {
    const { metadata: _, ...changes } = readNodeChanges(context, "directory");
    const changed = context.share.files.updateDirectory(context.path, changes);
    return { status: 200, headers: { ...nodeHeaders(changed), ...writeEncrypted } };
  },
};

export const setDirectoryMetadata: Operation = {
  name: "Set Directory Metadata",
  need: needs.writeDirectory,
  onSnapshot: false,
  run(context) {
    const metadata = context.request.metadata ?? {};
    const { state } = context.share.files.updateDirectory(context.path, { metadata });
    return { status: 200, headers: { ...versionHeaders(state), ...writeEncrypted } };
  },
};
