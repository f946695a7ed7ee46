/** Reading a directory's children a page at a time, so that nothing of the catalog stays open across a wait. */
import type { CatalogEntry, LiveTree, TreeView } from "../../catalog/catalog.js";
import type { EntryCursor } from "../../catalog/entry-cursor.js";
import type { NodeId } from "../../core/ids.js";

const PAGE = 1000;
/** A few milliseconds of passing by. */
const VISITS_A_PAGE = 16_384;

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

/**
 * What `pick` takes of the children, in the order of their names, a page at a time: those it does not take cost next to nothing.
 * @param pick stands on the entry until it returns; undefined: not this one
 */
export function* pickedPages<T>(
  live: Pick<LiveTree, "visit">,
  directory: NodeId,
  pick: (entry: EntryCursor) => T | undefined,
): IterableIterator<readonly T[]> {
  let after: string | undefined;
  do {
    const page: T[] = [];
    let visits = 0;
    let last: string | undefined;
    live.visit(directory, after, (entry) => {
      const picked = pick(entry);
      if (picked !== undefined) page.push(picked);
      visits++;
      if (page.length < PAGE && visits < VISITS_A_PAGE) return true;
      last = entry.name;
      return false;
    });
    yield page;
    after = last;
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
