/**
 * Contents that a prune has condemned. A backup that ran beside the prune may have gone on referring to one: it is kept as long as
 * somebody does. But what a backup wrote that had lost its lease, later than anybody looked, was not seen. So whoever goes on from what
 * it has left looks closer, and files whose contents may be gone are read again.
 */
import type { CatalogReader } from "../../catalog/catalog.js";
import type { ContentId } from "../../core/ids.js";

/**
 * @param isContinued whether the backup goes on from what another has left: then lists are asked for their parts as well
 * @returns whether a content is to be stored again
 */
export function condemnedIn(
  catalog: Pick<CatalogReader, "isCondemned" | "locate">,
  isContinued: boolean,
): (contentId: ContentId) => boolean {
  return (contentId) => {
    if (catalog.isCondemned(contentId)) return true;
    if (!isContinued) return false;
    const location = catalog.locate(contentId);
    return location?.kind === "list" && location.parts.some((part) => catalog.isCondemned(part.contentId));
  };
}
