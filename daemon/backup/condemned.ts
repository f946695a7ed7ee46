/**
 * Contents that a prune has condemned. A backup that ran beside the prune may have gone on referring to one: it is kept as long as
 * somebody does. But what a backup wrote that had lost its lease, later than anybody looked, was not seen. So whoever goes on from what
 * it has left looks closer, and files whose contents may be gone are read again.
 */
import type { CatalogReader } from "../../catalog/catalog.js";
import type { ContentId } from "../../core/ids.js";

export type IsCondemned = (contentId: ContentId, isNewUse?: boolean) => boolean;

/**
 * @param isContinued whether the backup goes on from what another has left: then lists are asked for their parts as well, as they are
 * where somebody is about to refer to one anew. What no snapshot that is kept refers to may go with a record that this backup does
 * not know, and parts that an older record lists go then at once
 * @returns whether a content is to be stored again
 */
export function condemnedIn(catalog: Pick<CatalogReader, "isCondemned" | "locate">, isContinued: boolean): IsCondemned {
  return (contentId, isNewUse = false) => {
    if (catalog.isCondemned(contentId)) return true;
    if (!isContinued && !isNewUse) return false;
    const location = catalog.locate(contentId);
    return location?.kind === "list" && location.parts.some((part) => catalog.isCondemned(part.contentId));
  };
}
