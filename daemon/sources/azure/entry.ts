/**
 * What the service says of a node, as a listing entry. Owns what identity and change mean on Azure Files: FileId with
 * the time of creation is who a node is (ids may be given out again), and six fields together say whether anything
 * about it has changed (a write that preserves its time, an ACL or metadata alone move only some of them).
 */
import { SourceError } from "../../../core/errors.js";
import { nameProblem } from "../../../core/names.js";
import type { NodeMetadata } from "../../../core/node.js";
import type { TimeNs } from "../../../core/time.js";
import { displayName, displayPath } from "../display-path.js";
import { signatureOf } from "../signature.js";
import type { SourceChild, SourceEntry, SourcePath } from "../source.js";
import type { ListedNode } from "./listing.js";

/**
 * @param parent the directory that was listed
 * @param isPartial as in `SourceEntry`
 */
export function childOf(parent: SourcePath, node: ListedNode, isPartial = false): SourceChild {
  const problem = node.name === undefined ? "it is not valid Unicode" : nameProblem(node.name);
  if (node.name !== undefined && problem === undefined) {
    const entry = entryOf(node.name, node);
    return isPartial ? { ...entry, isPartial } : entry;
  }
  const name = node.name ?? node.rawName;
  const path = `${displayPath(parent).replace(/\/$/, "")}/${displayName(name)}`;
  const error = new SourceError("NAME_UNUSABLE", `The name of ${path} cannot be used: ${problem}.`, {
    fields: { path },
  });
  return { kind: "unreadable", name, error };
}

export function entryOf(name: string, node: ListedNode): SourceEntry {
  const { sizeBytes, writtenNs, changedNs, etag, attributes, permissionKey } = node;
  return {
    name,
    kind: node.kind,
    sizeBytes,
    mtimeNs: writtenNs ?? (0n as TimeNs),
    signature: signatureOf([sizeBytes, writtenNs, changedNs, etag, attributes, permissionKey]),
    sourceId: sourceIdOf(node),
    posix: undefined,
    metadata: metadataOf(node),
  };
}

// The names of one hard-linked file (NFS shares) all have the same identity.
export function sourceIdOf({ fileId, createdNs }: Pick<ListedNode, "fileId" | "createdNs">): string | undefined {
  if (fileId === undefined || createdNs === undefined) return undefined;
  return `${fileId}:${createdNs.toString(36)}`;
}

function metadataOf(node: ListedNode): NodeMetadata {
  const { createdNs, changedNs, accessedNs, attributes, permissionKey, etag } = node;
  return present({ createdNs, changedNs, accessedNs, attributes, permissionKey, etag });
}

/** Without the fields that say nothing, so that two records of one state are equal. */
export function present(metadata: NodeMetadata): NodeMetadata {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
}
