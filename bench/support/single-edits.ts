/** Backups in which one thing has happened. */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import type { NodeId } from "../../core/ids.js";
import type { NodePut } from "../../core/node.js";
import type { UnversionedBatch } from "./batch-queue.js";
import { entryOf } from "./folder-move.js";
import type { Random } from "./random.js";
import type { TreeEdits } from "./tree-edits.js";
import type { LargeFolder, TreeRegister } from "./tree-register.js";

type Identities = Pick<TreeEdits, "sourceIdOf">;

/** One file somewhere has a new time and signature. */
export function oneFileChanged(
  live: TreeView,
  register: TreeRegister,
  identities: Identities,
  random: Random,
): UnversionedBatch {
  for (;;) {
    const directory = register.directoryAt(1 + random.below(register.listings - 1));
    for (const entry of live.list(directory)) {
      if (entry.kind === "file") return batchOf(entry, { signature: random.uint32() }, identities);
    }
  }
}

/** A directory has a new name. */
export function directoryRenamed(
  live: TreeView,
  parentId: NodeId,
  nodeId: NodeId,
  identities: Identities,
): UnversionedBatch {
  const entry = entryOf(live, parentId, nodeId);
  if (!entry) throw new Error(`node ${nodeId} is not in directory ${parentId}`);
  return batchOf(entry, { name: `${entry.name} renamed` }, identities, { parentId, name: entry.name });
}

/** The smallest with at least so many nodes beneath, or the largest there is. */
export function folderWith(beneath: number, folders: readonly LargeFolder[]): LargeFolder | undefined {
  const bySize = folders.toSorted((a, b) => a.beneath - b.beneath);
  return bySize.find((folder) => folder.beneath >= beneath) ?? bySize.at(-1);
}

function batchOf(
  { since: _since, version: _version, ...kept }: CatalogEntry,
  change: Partial<CatalogEntry>,
  identities: Identities,
  movedFrom?: NodePut["movedFrom"],
): UnversionedBatch {
  const entry = { ...kept, sourceId: identities.sourceIdOf(kept.nodeId), ...change };
  return { bundles: [], contents: [], removals: [], puts: [{ entry, metadata: {}, movedFrom }] };
}
