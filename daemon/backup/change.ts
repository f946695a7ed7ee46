/** What a walk found to put into the tree, and the puts that come of it. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import { EMPTY_CONTENT, type NodeId } from "../../core/ids.js";
import type { NodeMetadata, NodePut } from "../../core/node.js";
import type { SourcePath } from "../sources/source.js";
import type { Classification } from "./classify.js";
import type { PlacedEntry } from "./completer.js";

/** A child that is new or has changed, and the node it is to be. */
export interface Change {
  readonly parentId: NodeId;
  readonly nodeId: NodeId;
  readonly path: SourcePath;
  readonly child: PlacedEntry;
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
  const { child, found } = change;
  const put = putOf(change, child.metadata, 0n);
  const posix = child.posix ?? (found.kind === "moved" ? found.previous.posix : undefined);
  return { ...put, entry: { ...put.entry, posix, signature: otherThan(child.signature) } };
}

/**
 * The put for a node that has moved and cannot be read: at its new place with its previous content. The next run
 * tries again.
 */
export function unreadPutOf(change: Change, previous: CatalogEntry, metadata: NodeMetadata): NodePut {
  const { child } = change;
  const { sizeBytes, mtimeNs, contentId } = previous;
  const put = putOf(change, metadata, previous.xorhash);
  const posix = child.posix ?? previous.posix;
  return {
    ...put,
    entry: { ...put.entry, sizeBytes, mtimeNs, contentId, posix, signature: otherThan(child.signature) },
  };
}

/** A signature that the next listing will not show. */
function otherThan(signature: number): number {
  return (signature ^ 1) >>> 0;
}
