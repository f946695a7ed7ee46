/** Which nodes the edits of one snapshot meet: drawn by id over the whole tree and grouped by directory. */
import type { NodeId } from "../../core/ids.js";
import type { Random } from "./random.js";
import type { TreeRegister } from "./tree-register.js";

export type Fate = "changed" | "removed";

export interface Victims {
  /** In the order of their ids, which is about that of a backup's walk; with the number of files that are new in each. */
  readonly directories: readonly (readonly [directory: NodeId, added: number])[];
  readonly fates: ReadonlyMap<number, Fate>;
}

export interface EditCounts {
  /** Live files: a drawn id may be a directory's or of a node that is gone, so more are drawn than wanted. */
  readonly files: number;
  readonly changed: number;
  readonly removed: number;
  readonly added: number;
}

export function drawVictims(random: Random, register: TreeRegister, counts: EditCounts): Victims {
  const added = new Map<NodeId, number>();
  const fates = new Map<number, Fate>();
  const ids = register.nextNode - 2;
  const meet = (fate: Fate, wanted: number): void => {
    for (let left = Math.round((wanted * ids) / counts.files); left > 0;) {
      const id = 2 + random.below(ids);
      if (fates.has(id)) continue;
      left--;
      fates.set(id, fate);
      const directory = register.parentAtBirth(id);
      added.set(directory, added.get(directory) ?? 0);
    }
  };
  meet("changed", counts.changed);
  meet("removed", counts.removed);
  for (let left = counts.added; left > 0; left--) {
    // The first listing is the root itself, in no directory.
    const directory = register.directoryAt(1 + random.below(register.listings - 1));
    added.set(directory, (added.get(directory) ?? 0) + 1);
  }
  return { directories: [...added].sort(([a], [b]) => a - b), fates };
}
