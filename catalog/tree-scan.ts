/**
 * Reading the tree from one end to the other, or all that was ever called by one name. An iteration sees the tree as
 * it was when it began, so it keeps LMDB from using freed pages again as long as it lasts.
 */
import type { NodeId, SnapshotNumber } from "../core/ids.js";
import type { CatalogEntry, EntryVersion } from "./catalog.js";
import { LIVE, type LeafEntry } from "./leaf/leaf-entry.js";
import { nameKey } from "./leaf/leaf-key.js";
import { isValid } from "./leaf/leaf-view.js";
import type { Tree } from "./tree.js";

export function* entriesOf(tree: Tree, snapshot: SnapshotNumber): IterableIterator<CatalogEntry> {
  const moment = tree.momentOf(snapshot);
  for (const reader of tree.leaves.allSections()) {
    while (reader.next()) {
      if (isValid(reader, moment)) yield tree.catalogEntry(reader.directory, reader.entry());
    }
  }
}

/** @param newest the newest published snapshot */
export function* allVersions(tree: Tree, newest: SnapshotNumber): IterableIterator<EntryVersion> {
  const { versionLimit } = tree.momentOf(newest);
  for (const reader of tree.leaves.allSections()) {
    while (reader.next()) {
      if (reader.version < versionLimit) yield versionOf(tree, reader.directory, reader.entry(), newest);
    }
  }
}

/** @param newest as of `allVersions` */
export function* versionsOfName(
  tree: Tree,
  newest: SnapshotNumber,
  directory: NodeId,
  name: string,
): IterableIterator<EntryVersion> {
  const { versionLimit } = tree.momentOf(newest);
  const utf8 = Buffer.from(name);
  for (const reader of tree.leaves.sections(directory, nameKey(directory, name), newest)) {
    while (reader.next()) {
      const order = reader.compareName(utf8);
      if (order > 0) return;
      if (order === 0 && reader.version < versionLimit) yield versionOf(tree, directory, reader.entry(), newest);
    }
  }
}

/** What ends in a snapshot that is not published has not ended yet. */
function versionOf(tree: Tree, directory: NodeId, entry: LeafEntry, newest: SnapshotNumber): EntryVersion {
  const { until } = entry;
  return { ...tree.catalogEntry(directory, entry), until: until === LIVE || until > newest ? undefined : until };
}
