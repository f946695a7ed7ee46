/**
 * The newest snapshot that has a path. Looking in one snapshot after the other would be as slow as there are snapshots;
 * where a path ends says for how long it has ended there, so whole stretches of them are passed over.
 */
import type { Snapshot } from "../core/snapshot.js";
import type { CatalogEntry, CatalogReader } from "./catalog.js";
import type { Published } from "./published.js";

export interface LastSeen {
  readonly snapshot: Snapshot;
  readonly entry: CatalogEntry;
}

/** @returns undefined when no published snapshot has it */
export function lastSeen(catalog: CatalogReader, published: Published, path: readonly string[]): LastSeen | undefined {
  let snapshot = published.newest;
  while (snapshot) {
    const found = lookDown(catalog, snapshot, path);
    if ("entry" in found) return { snapshot, entry: found.entry };
    snapshot = published.before(found.missingSince);
  }
  return undefined;
}

/** @returns the entry, or since which snapshot, at the latest up to this one, there has been none */
function lookDown(
  catalog: CatalogReader,
  { number }: Snapshot,
  path: readonly string[],
): { readonly entry: CatalogEntry } | { readonly missingSince: number } {
  const view = catalog.view(number);
  let entry = view.root;
  if (!entry) return { missingSince: number };
  let since: number = entry.since;
  for (const name of path) {
    if (entry.kind !== "directory") return { missingSince: since };
    const inner = view.lookup(entry.nodeId, name);
    if (!inner) {
      for (const version of catalog.versionsOf(entry.nodeId, name)) {
        // Versions come newest first: the first of those that are over is the one that ended last.
        if (version.until !== undefined && version.until <= number)
          return { missingSince: Math.max(since, version.until) };
      }
      return { missingSince: since };
    }
    entry = inner;
    since = Math.max(since, entry.since);
  }
  return { entry };
}
