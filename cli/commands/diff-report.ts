/** Differences restricted to a folder, counted, and as JSON. */
import type { Difference } from "../../catalog/diff.js";
import { entryJson } from "../output/json.js";

/**
 * A difference as it looks from within `folder`: what was moved into it was added, what was moved out was removed.
 * @returns undefined when it lies elsewhere
 */
export function within(difference: Difference, folder: readonly string[]): Difference | undefined {
  if (folder.length === 0) return difference;
  const inside = isBeneath(difference.path, folder);
  if (difference.kind !== "renamed") return inside ? difference : undefined;
  const wasInside = isBeneath(difference.from, folder);
  if (inside && wasInside) return difference;
  if (inside) return { kind: "added", path: difference.path, entry: difference.entry };
  return wasInside ? { kind: "removed", path: difference.from, entry: difference.before } : undefined;
}

function isBeneath(path: readonly string[], folder: readonly string[]): boolean {
  return folder.every((name, depth) => path[depth] === name);
}

export interface DiffStat {
  readonly added: number;
  readonly modified: number;
  readonly renamed: number;
  readonly removed: number;
  /** Of files that came, or grew. */
  readonly bytesAdded: number;
  /** Of files that went, or shrank. */
  readonly bytesRemoved: number;
}

class Counting implements DiffStat {
  added = 0;
  modified = 0;
  renamed = 0;
  removed = 0;
  bytesAdded = 0;
  bytesRemoved = 0;

  count(difference: Difference): void {
    this[difference.kind]++;
    const before =
      difference.kind === "added"
        ? 0
        : difference.kind === "removed"
          ? difference.entry.sizeBytes
          : difference.before.sizeBytes;
    const after = difference.kind === "removed" ? 0 : difference.entry.sizeBytes;
    this.bytesAdded += Math.max(0, after - before);
    this.bytesRemoved += Math.max(0, before - after);
  }
}

export function emptyStat(): DiffStat & { count(difference: Difference): void } {
  return new Counting();
}

export function statJson({
  added,
  modified,
  renamed,
  removed,
  bytesAdded,
  bytesRemoved,
}: DiffStat): Record<string, unknown> {
  return { added, modified, renamed, removed, bytesAdded, bytesRemoved };
}

/** One line of `diff --json`. */
export function differenceJson(difference: Difference): Record<string, unknown> {
  const { kind, path, entry } = difference;
  const base = { change: kind, ...entryJson(path, entry) };
  if (kind === "added" || kind === "removed") return base;
  const more = { changed: difference.changed, sizeBefore: difference.before.sizeBytes };
  return kind === "renamed" ? { ...base, from: `/${difference.from.join("/")}`, ...more } : { ...base, ...more };
}
