/**
 * What interrupted attempts at a snapshot have moved: the tree shows these nodes at their new places, as if nothing had
 * happened, but the snapshot's counters are to tell of them.
 */
import type { Catalog } from "../../catalog/catalog.js";
import type { SnapshotNumber } from "../../core/ids.js";
import type { ShareStore } from "../../store/share-store.js";
import { NodeSet } from "./node-set.js";

/** @param segments how many the earlier attempts have journalled */
export async function earlierMoves(
  store: ShareStore,
  catalog: Catalog,
  snapshot: SnapshotNumber,
  segments: number,
): Promise<NodeSet> {
  const moved = new NodeSet();
  if (snapshot === 1) return moved;
  const before = catalog.view((snapshot - 1) as SnapshotNumber);
  for (let segment = 0; segment < segments; segment++) {
    const { puts } = await store.getSegment(snapshot, segment);
    for (const { entry, movedFrom } of puts) {
      // A node that an attempt added and another one moved is new all the same.
      const wasThere = movedFrom && before.lookup(movedFrom.parentId, movedFrom.name)?.nodeId === entry.nodeId;
      if (wasThere) moved.add(entry.nodeId);
    }
  }
  return moved;
}
