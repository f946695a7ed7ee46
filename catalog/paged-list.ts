/** A directory's entries, read page by page, so that slow work between them pins no state of the catalog. */
import type { CatalogEntry, TreeView } from "./catalog.js";
import type { NodeId } from "../core/ids.js";

const PAGE_ENTRIES = 512;

/** @param behind start behind this name */
export function* pagedList(view: TreeView, directory: NodeId, behind?: string): IterableIterator<CatalogEntry> {
  let after = behind;
  for (;;) {
    const page: CatalogEntry[] = [];
    for (const entry of view.list(directory, after)) {
      page.push(entry);
      if (page.length === PAGE_ENTRIES) break;
    }
    yield* page;
    if (page.length < PAGE_ENTRIES) return;
    after = page.at(-1)?.name;
  }
}
