/** Reading a directory's children a page at a time, so that nothing of the catalog stays open across a wait. */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import type { NodeId } from "../../core/ids.js";

const PAGE = 1000;

export function hasChildren(tree: TreeView, directory: NodeId): boolean {
  return pageOf(tree, directory, undefined, 1).length > 0;
}

/** Between two pages no list of the tree, and so no read transaction of the catalog, is open. */
export function* childPages(tree: TreeView, directory: NodeId): IterableIterator<readonly CatalogEntry[]> {
  let after: string | undefined;
  do {
    const page = pageOf(tree, directory, after, PAGE);
    yield page;
    after = page.length < PAGE ? undefined : page.at(-1)?.name;
  } while (after !== undefined);
}

function pageOf(tree: TreeView, directory: NodeId, after: string | undefined, limit: number): readonly CatalogEntry[] {
  const page: CatalogEntry[] = [];
  for (const entry of tree.list(directory, after)) {
    page.push(entry);
    if (page.length === limit) break;
  }
  return page;
}
