/**
 * Looking for entries: in one snapshot, or among all versions of all of them. Searching from the top reads the tree in the
 * order in which it lies on disk, directory after directory by id, and finds out the path of a directory only when it
 * holds something that is looked for. Beneath a folder the tree is walked instead.
 */
import type { Pace } from "../core/pace.js";
import type { Snapshot } from "../core/snapshot.js";
import type { CatalogEntry, CatalogReader, EntryVersion, TreeView } from "./catalog.js";
import { resolve } from "./diff.js";
import { DirectoryPaths } from "./paths.js";
import type { Published, Span } from "./published.js";
import { entriesBeneath } from "./subtree.js";

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
  const isWhole = query.within.length === 0;
  const paths = new DirectoryPaths(() => view);
  for (const entry of isWhole ? catalog.entries(snapshot.number) : entriesAt(view, query.within)) {
    const pause = pace.step();
    if (pause) await pause;
    if (!query.entry(entry)) continue;
    const path = paths.pathOf(entry, snapshot.number);
    if (query.path(path)) yield { entry, path };
  }
}

function* entriesAt(view: TreeView, path: readonly string[]): IterableIterator<CatalogEntry> {
  const top = resolve(view, path);
  if (!top) return;
  yield top;
  if (top.kind === "directory") yield* entriesBeneath(view, top.nodeId);
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
