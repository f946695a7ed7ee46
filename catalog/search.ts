/**
 * Looking for entries: in one snapshot, or among all versions of all of them. Searching from the top reads the tree in the
 * order in which it lies on disk, directory after directory by id, and finds out the path of a directory only when it
 * holds something that is looked for. Beneath a folder the tree is walked instead.
 */
import { DamagedError } from "../core/errors.js";
import { NO_NODE, type NodeId, type SnapshotNumber } from "../core/ids.js";
import type { Pace } from "../core/pace.js";
import type { Snapshot } from "../core/snapshot.js";
import type { CatalogEntry, CatalogReader, EntryVersion, TreeView } from "./catalog.js";
import { resolve } from "./diff.js";
import { pagedList } from "./paged-list.js";
import type { Published, Span } from "./published.js";

/** What is looked for. Both are asked of every candidate, the path only where the entry is wanted; they must be pure. */
export interface SearchQuery {
  /** Only the folder with this path and what is beneath it; empty for the whole tree. */
  readonly within: readonly string[];
  entry(entry: CatalogEntry): boolean;
  path(path: readonly string[]): boolean;
}

export interface Found {
  readonly entry: CatalogEntry;
  readonly path: readonly string[];
}

export interface FoundVersion extends Span {
  readonly entry: EntryVersion;
  /** As it is in `last`. */
  readonly path: readonly string[];
}

/**
 * Everything in one snapshot that answers to a query; nothing when the snapshot has no such folder. From the top it keeps
 * the state of the catalog as it was when it began, as `CatalogReader.entries` does; beneath a folder it does not.
 * @param pace is told each entry that is looked at
 */
export async function* searchSnapshot(
  catalog: CatalogReader,
  snapshot: Snapshot,
  query: SearchQuery,
  pace: Pace,
): AsyncIterableIterator<Found> {
  const view = catalog.view(snapshot.number);
  if (query.within.length > 0) {
    const top = resolve(view, query.within);
    if (top) yield* searchBeneath(view, top, query, pace);
    return;
  }
  const paths = new DirectoryPaths(() => view);
  for (const entry of catalog.entries(snapshot.number)) {
    const pause = pace.step();
    if (pause) await pause;
    if (!query.entry(entry)) continue;
    const path = paths.pathOf(entry, snapshot.number);
    if (query.path(path)) yield { entry, path };
  }
}

async function* searchBeneath(
  view: TreeView,
  top: CatalogEntry,
  query: SearchQuery,
  pace: Pace,
): AsyncIterableIterator<Found> {
  if (query.entry(top) && query.path(query.within)) yield { entry: top, path: query.within };
  if (top.kind !== "directory") return;
  // Listings that have been begun, the deepest last: a stack, so that depth costs no recursion of generators.
  const open = [{ path: query.within, listing: pagedList(view, top.nodeId) }];
  for (let current = open.at(-1); current; current = open.at(-1)) {
    const next = current.listing.next();
    const pause = pace.step();
    if (pause) await pause;
    if (next.done) {
      open.pop();
      continue;
    }
    const entry = next.value;
    const path = [...current.path, entry.name];
    if (query.entry(entry) && query.path(path)) yield { entry, path };
    if (entry.kind === "directory") open.push({ path, listing: pagedList(view, entry.nodeId) });
  }
}

/**
 * Every version that answers to a query and that some published snapshot has, each once. It keeps the state of the
 * catalog as it was when it began.
 * @param pace as of `searchSnapshot`
 */
export async function* searchVersions(
  catalog: CatalogReader,
  published: Published,
  query: SearchQuery,
  pace: Pace,
): AsyncIterableIterator<FoundVersion> {
  const paths = new DirectoryPaths((snapshot) => catalog.view(snapshot));
  for (const entry of catalog.versions()) {
    const pause = pace.step();
    if (pause) await pause;
    if (!query.entry(entry)) continue;
    const span = published.spanOf(entry);
    if (!span) continue;
    const path = paths.pathOf(entry, span.last.number);
    if (isWithin(path, query.within) && query.path(path)) yield { ...span, entry, path };
  }
}

function isWithin(path: readonly string[], folder: readonly string[]): boolean {
  return folder.every((name, depth) => path[depth] === name);
}

/** Paths of entries that come directory by directory: that of each directory is found once, for each snapshot asked for. */
class DirectoryPaths {
  readonly #view: (snapshot: SnapshotNumber) => TreeView;
  #directory: NodeId | undefined;
  readonly #paths = new Map<SnapshotNumber, readonly string[]>();

  constructor(view: (snapshot: SnapshotNumber) => TreeView) {
    this.#view = view;
  }

  /** @throws DamagedError when the directory is not in the snapshot, though something in it is */
  pathOf({ parentId, name }: CatalogEntry, snapshot: SnapshotNumber): readonly string[] {
    if (parentId === NO_NODE) return [];
    if (parentId !== this.#directory) this.#paths.clear();
    this.#directory = parentId;
    let path = this.#paths.get(snapshot);
    if (!path) {
      path = this.#view(snapshot).pathOf(parentId);
      if (!path) {
        throw new DamagedError(`Directory ${parentId} has entries in snapshot ${snapshot}, and is not in it itself.`, {
          where: `node ${parentId}`,
        });
      }
      this.#paths.set(snapshot, path);
    }
    return [...path, name];
  }
}
