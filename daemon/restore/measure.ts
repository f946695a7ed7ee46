/** How much a restore has before it, from the catalog alone: for how long it will take, and whether there is anything at all. */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import { pagedList } from "../../catalog/paged-list.js";
import { Pace } from "../../core/pace.js";
import type { Inherited, Selection } from "./selection.js";

export interface Measure {
  /** Files and symlinks. */
  readonly files: number;
  /** The one that everything is put back from is not counted. */
  readonly directories: number;
  readonly bytes: number;
}

/** @param path of the entry, from below the share's root @throws the signal's reason */
export async function measure(
  view: TreeView,
  entry: CatalogEntry,
  path: readonly string[],
  selection: Selection,
  signal: AbortSignal,
): Promise<Measure> {
  if (entry.kind !== "directory") return { files: 1, directories: 0, bytes: entry.sizeBytes };
  const pace = new Pace(signal);
  const sum = { files: 0, directories: 0, bytes: 0 };
  // As deep as the tree, however many folders lie beside each other.
  const folders: Folder[] = [{ entries: pagedList(view, entry.nodeId), path, inherited: selection.top }];
  for (let folder = folders.at(-1); folder; folder = folders.at(-1)) {
    const { done, value: child } = folder.entries.next();
    if (done === true) {
      folders.pop();
      continue;
    }
    const turn = pace.step();
    if (turn) await turn;
    const childPath = [...folder.path, child.name];
    const selected = selection.of(childPath, folder.inherited);
    if (child.kind === "directory") {
      if (selected.itself) sum.directories++;
      if (!selected.within) continue;
      folders.push({ entries: pagedList(view, child.nodeId), path: childPath, inherited: selected.inherited });
    } else if (selected.itself) {
      sum.files++;
      sum.bytes += child.kind === "file" ? child.sizeBytes : 0;
    }
  }
  return sum;
}

interface Folder {
  readonly entries: Iterator<CatalogEntry>;
  readonly path: readonly string[];
  readonly inherited: Inherited;
}
