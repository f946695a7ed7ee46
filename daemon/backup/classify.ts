/**
 * What a child in a listing is to the node tree. A pure decision over the tree as it stands; who decides to trust the
 * listing's signature decides here: equal size, time and signature mean that nothing about the node has changed.
 *
 * A source may show one node under several names (hard links, bind mounts), and even beneath itself. Each
 * name is a node of its own then: what this run has placed already is never placed again. As a directory is placed
 * before what is beneath it, no directory can come to lie beneath itself. A file that is known to have several names has never
 * moved: whether the name that it was known by is gone, or has been joined by another one, is not known when it is met.
 */
import type { Catalog, CatalogEntry } from "../../catalog/catalog.js";
import { ROOT_NODE } from "../../core/ids.js";
import type { SourceEntry } from "../sources/source.js";
import type { NodeSet } from "./node-set.js";

export type Classification =
  | { readonly kind: "unchanged"; readonly live: CatalogEntry }
  /** The same node, with something about it changed. */
  | { readonly kind: "modified"; readonly live: CatalogEntry }
  /** A known node that was elsewhere; `displaced` had the name until now. */
  | { readonly kind: "moved"; readonly previous: CatalogEntry; readonly displaced: CatalogEntry | undefined }
  /**
   * A node nobody has seen; `displaced` had the name until now, and is `previous` when it lost it to another name of
   * the same identity.
   */
  | {
      readonly kind: "new";
      readonly previous: CatalogEntry | undefined;
      readonly displaced: CatalogEntry | undefined;
    };

/**
 * @param placed the nodes that this run has given their place
 * @param live what the tree has under the child's name
 */
export function classify(
  catalog: Pick<Catalog, "live" | "findSource">,
  placed: Pick<NodeSet, "has">,
  live: CatalogEntry | undefined,
  child: SourceEntry,
): Classification {
  const own = live && isOfKind(live, child) && !placed.has(live.nodeId) ? live : undefined;
  if (own && isUnchanged(own, child)) return { kind: "unchanged", live: own };
  // The root stays the root, even of a share that was deleted and made again.
  if (own?.nodeId === ROOT_NODE) return { kind: "modified", live: own };
  const known = child.sourceId === undefined ? undefined : catalog.findSource(child.sourceId);
  if (known && known.nodeId !== live?.nodeId && known.kind === child.kind && !placed.has(known.nodeId)) {
    const previous = catalog.live.lookup(known.parentId, known.name);
    const isTwin = previous !== undefined && own !== undefined && isUnchanged(own, previous);
    if (previous && !isTwin && !hasSeveralNames(child)) return { kind: "moved", previous, displaced: live };
    // Two names of one node, of which the identity can find only one.
    if (own) return { kind: "modified", live: own };
  }
  if (!own) {
    const isSame = live?.kind === child.kind && live.nodeId === known?.nodeId;
    return { kind: "new", previous: isSame ? live : undefined, displaced: live };
  }
  // An identity that has its place already says nothing of this name.
  const sameIdentity =
    child.sourceId === undefined || (known !== undefined && (known.nodeId === own.nodeId || placed.has(known.nodeId)));
  return sameIdentity ? { kind: "modified", live: own } : { kind: "new", previous: undefined, displaced: own };
}

function hasSeveralNames({ metadata: { linkCount = 1 } }: SourceEntry): boolean {
  return linkCount > 1;
}

/** A partial entry does not tell links from files. */
function isOfKind(
  live: Pick<CatalogEntry, "kind">,
  { kind, isPartial }: Pick<SourceEntry, "kind" | "isPartial">,
): boolean {
  return live.kind === kind || (isPartial === true && kind === "file" && live.kind === "symlink");
}

/** As far as a listing tells; `live` is an entry of the live tree, as others have no signature. */
export function isUnchanged(
  live: Pick<CatalogEntry, "kind" | "signature" | "mtimeNs" | "sizeBytes">,
  child: Pick<SourceEntry, "kind" | "signature" | "mtimeNs" | "sizeBytes" | "isPartial">,
): boolean {
  return (
    isOfKind(live, child) &&
    live.signature === child.signature &&
    live.mtimeNs === child.mtimeNs &&
    // The size that a partial entry has of a link is nobody's.
    (live.kind === "directory" ||
      live.sizeBytes === child.sizeBytes ||
      (live.kind === "symlink" && child.isPartial === true))
  );
}
