/** What a walk found to put into the tree, and the puts that come of it. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import { EMPTY_CONTENT, type NodeId } from "../../core/ids.js";
import type { NodeMetadata, NodePut } from "../../core/node.js";
import type { SourceEntry, SourcePath } from "../sources/source.js";
import type { Classification } from "./classify.js";

/** A child that is new or has changed, and the node it is to be. */
export interface Change {
  readonly parentId: NodeId;
  readonly nodeId: NodeId;
  readonly path: SourcePath;
  readonly child: SourceEntry;
  readonly found: Exclude<Classification, { kind: "unchanged" }>;
}

/** The put for a change; its content id is filled in by the journal. */
export function putOf({ parentId, nodeId, child, found }: Change, metadata: NodeMetadata, xorhash: bigint): NodePut {
  const { name, kind, sizeBytes, mtimeNs, signature, sourceId, posix } = child;
  const contentId = EMPTY_CONTENT;
  return {
    entry: { nodeId, parentId, name, kind, sizeBytes, mtimeNs, signature, sourceId, posix, xorhash, contentId },
    metadata,
    movedFrom: found.kind === "moved" ? { parentId: found.previous.parentId, name: found.previous.name } : undefined,
  };
}

/** The put for a directory of which nothing but the listing could be read. The next run tries again. */
export function listedPutOf(change: Change): NodePut {
  const put = putOf(change, change.child.metadata, 0n);
  return { ...put, entry: { ...put.entry, signature: otherThan(change.child.signature) } };
}

/**
 * The put for a node that has moved and cannot be read: at its new place with its previous content. The next run
 * tries again.
 */
export function unreadPutOf(change: Change, previous: CatalogEntry, metadata: NodeMetadata): NodePut {
  const { sizeBytes, mtimeNs, contentId } = previous;
  const put = putOf(change, metadata, previous.xorhash);
  return {
    ...put,
    entry: { ...put.entry, sizeBytes, mtimeNs, contentId, signature: otherThan(change.child.signature) },
  };
}

/** A signature that the next listing will not show. */
function otherThan(signature: number): number {
  return (signature ^ 1) >>> 0;
}
