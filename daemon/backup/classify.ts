/**
 * What a child in a listing is to the node tree. A pure decision over the tree as it stands; who decides to trust the
 * listing's signature decides here: equal size, time and signature mean that nothing about the node has changed.
 */
import type { Catalog, CatalogEntry, KnownNode } from "../../catalog/catalog.js";
import { ROOT_NODE, type NodeId } from "../../core/ids.js";
import type { SourceEntry } from "../sources/source.js";

export type Classification =
  | { readonly kind: "unchanged"; readonly live: CatalogEntry }
  /** The same node, with something about it changed. */
  | { readonly kind: "modified"; readonly live: CatalogEntry }
  /** A known node that was elsewhere; `displaced` had the name until now. */
  | {
      readonly kind: "moved";
      readonly known: KnownNode;
      readonly previous: CatalogEntry | undefined;
      readonly displaced: CatalogEntry | undefined;
    }
  /** A node nobody has seen; `displaced` had the name until now. */
  | { readonly kind: "new"; readonly displaced: CatalogEntry | undefined };

export function classify(
  catalog: Pick<Catalog, "live" | "findSource">,
  parentId: NodeId,
  child: SourceEntry,
): Classification {
  const live = catalog.live.lookup(parentId, child.name);
  if (live && isUnchanged(live, child)) return { kind: "unchanged", live };
  // The root stays the root, even of a share that was deleted and made again.
  if (live?.nodeId === ROOT_NODE) return { kind: "modified", live };
  const known = child.sourceId === undefined ? undefined : catalog.findSource(child.sourceId);
  if (known && known.nodeId !== live?.nodeId && known.nodeId !== ROOT_NODE && known.kind === child.kind) {
    const previous = catalog.live.lookup(known.parentId, known.name);
    return { kind: "moved", known, previous, displaced: live };
  }
  if (!live || live.kind !== child.kind) return { kind: "new", displaced: live };
  const sameIdentity = child.sourceId === undefined || known?.nodeId === live.nodeId;
  return sameIdentity ? { kind: "modified", live } : { kind: "new", displaced: live };
}

function isUnchanged(live: CatalogEntry, child: SourceEntry): boolean {
  return (
    live.kind === child.kind &&
    live.signature === child.signature &&
    live.mtimeNs === child.mtimeNs &&
    (live.kind === "directory" || live.sizeBytes === child.sizeBytes)
  );
}
