/**
 * Where a file has changed since it was stored, as the source tells it by comparing two of its states. That says something of what is
 * stored only when the earlier of the two is the very state that the newest snapshot was read from, and the file was read then.
 */
import type { Catalog, CatalogEntry } from "../../catalog/catalog.js";
import type { ByteRanges } from "../../core/byte-range.js";
import type { SourceOptions, SourceSession } from "../sources/source.js";
import type { Change } from "./change.js";

export interface ComparisonParts {
  readonly session: SourceSession;
  readonly catalog: Pick<Catalog, "snapshots" | "view">;
}

/**
 * @param old the file as the tree has it
 * @returns none where the bytes are those that are stored; undefined when it cannot be told
 * @throws as `SourceSession.changedRanges`
 */
export async function changedSince(
  { session, catalog }: ComparisonParts,
  { path, child }: Pick<Change, "path" | "child">,
  old: CatalogEntry,
  options: SourceOptions,
): Promise<ByteRanges | undefined> {
  const newest = catalog.snapshots().at(-1);
  // What an interrupted run has read is another state of the file than the one that the source compares with.
  if (!session.changedRanges || !newest || old.since > newest.number) return undefined;
  const oldPath = catalog.view(newest.number).pathOf(old.nodeId);
  return oldPath && session.changedRanges(path, child, { ...old, path: oldPath }, options);
}
