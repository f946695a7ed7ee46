/**
 * Applying a prune record to the tables. Nothing here touches what segments write, but for the numbers that are handed out next
 * and only ever grow: so records may be applied before or after segments, as long as they come in their own order.
 */
import type { PruneRecord } from "../core/prune-record.js";
import { addRange, move } from "./id-ranges.js";
import { snapshotKey, type CatalogState, type Tables } from "./tables.js";

/** Called within a write transaction. @returns what the state is afterwards */
export function applyPrune(tables: Tables, record: PruneRecord, state: CatalogState): CatalogState {
  for (const { snapshot } of record.removals) void tables.snapshots.remove(snapshotKey(snapshot));
  for (const { bundleId, contents } of record.rewritten)
    for (const range of contents) move(tables.moved, range, bundleId);
  for (const range of record.condemned) addRange(tables.condemned, range);
  void tables.meta.put("prunedAt", String(record.writtenAt));
  const { content, bundle } = state.next;
  const next = {
    ...state.next,
    content: record.nextContentId > content ? record.nextContentId : content,
    bundle: record.nextBundleId > bundle ? record.nextBundleId : bundle,
  };
  return { ...state, next, prune: record.number };
}
