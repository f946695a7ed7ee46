/** Paths of entries, from what the tree says of the directories that they are in. */
import { DamagedError } from "../core/errors.js";
import { NO_NODE, type NodeId, type SnapshotNumber } from "../core/ids.js";
import type { CatalogEntry, TreeView } from "./catalog.js";

/** Names from below the root. @throws DamagedError when the directory is not in the tree, though something in it is */
export function pathWithin(view: TreeView, directoryId: NodeId, name?: string): readonly string[] {
  const path = view.pathOf(directoryId);
  if (!path) {
    const where = `node ${directoryId}`;
    throw new DamagedError(`${where}: it has entries in a snapshot, but is not in it itself.`, { where });
  }
  return name === undefined ? path : [...path, name];
}

/** Paths of entries that come directory by directory: that of each directory is found once, for each snapshot asked for. */
export class DirectoryPaths {
  readonly #view: (snapshot: SnapshotNumber) => TreeView;
  #directory: NodeId | undefined;
  readonly #paths = new Map<SnapshotNumber, readonly string[]>();

  constructor(view: (snapshot: SnapshotNumber) => TreeView) {
    this.#view = view;
  }

  /** @throws DamagedError as `pathWithin` */
  pathOf({ parentId, name }: CatalogEntry, snapshot: SnapshotNumber): readonly string[] {
    if (parentId === NO_NODE) return [];
    if (parentId !== this.#directory) this.#paths.clear();
    this.#directory = parentId;
    let path = this.#paths.get(snapshot);
    if (!path) {
      path = pathWithin(this.#view(snapshot), parentId);
      this.#paths.set(snapshot, path);
    }
    return [...path, name];
  }
}
