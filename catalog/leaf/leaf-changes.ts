/**
 * What a batch does to the tree, gathered by directory and name, and done leaf by leaf in the order of the tree: each
 * leaf that is concerned is read and written once, however many changes fall into it.
 */
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { compareUtf8 } from "../../core/utf8-order.js";
import { DirectoryMerge, type ChangeObserver, type NameChange } from "./directory-merge.js";
import type { LeafEntry } from "./leaf-entry.js";
import { FIRST_KEY, leafBound, nameKey, type LeafBound } from "./leaf-key.js";
import type { LeafTable } from "./leaf-table.js";
import type { Piece, Section } from "./section.js";

/** Changes of one directory, ascending by name; those before `from` are done. */
interface DirectoryChanges {
  readonly directory: NodeId;
  readonly changes: readonly NameChange[];
  from: number;
}

export class LeafChanges {
  readonly #byDirectory = new Map<NodeId, NameChange[]>();
  /** Changes come directory by directory. */
  #directory = -1;
  #changes: NameChange[] = [];

  /** The live entry of `name` ends, if it is of this node. */
  end(directory: NodeId, name: string, nodeId: NodeId): void {
    this.#at(directory).push({ name, ends: nodeId, put: undefined });
  }

  /** A new live entry; whatever live entry its name has ends. Of several for one name the last counts. */
  put(directory: NodeId, entry: LeafEntry): void {
    this.#at(directory).push({ name: entry.name, ends: undefined, put: entry });
  }

  /**
   * Once.
   * @param snapshot being written; entries from `firstVersion` on belong to it and leave no trace when they end
   */
  inOrder(snapshot: SnapshotNumber, firstVersion: number, observer: ChangeObserver): LeafWork {
    return new LeafWork(this.#sorted(), new DirectoryMerge(snapshot, firstVersion, observer));
  }

  #sorted(): readonly DirectoryChanges[] {
    // Numbers in an array of their own are sorted without a call for each pair.
    const directories = Float64Array.from(this.#byDirectory.keys()).sort() as Iterable<number>;
    return Array.from(directories as Iterable<NodeId>, (directory) => {
      const changes = this.#byDirectory.get(directory) ?? [];
      // Sources list in this order more often than not. Sorting is stable, so the last of one name stays the last.
      if (!isAscending(changes)) changes.sort((a, b) => compareUtf8(a.name, b.name));
      return { directory, changes, from: 0 };
    });
  }

  #at(directory: NodeId): NameChange[] {
    if (directory === this.#directory) return this.#changes;
    let changes = this.#byDirectory.get(directory);
    if (!changes) this.#byDirectory.set(directory, (changes = []));
    this.#directory = directory;
    this.#changes = changes;
    return changes;
  }
}

/** Changes on their way into the leaves, in the order of the tree. */
export class LeafWork {
  readonly #pending: readonly DirectoryChanges[];
  readonly #merge: DirectoryMerge;
  #next = 0;

  constructor(pending: readonly DirectoryChanges[], merge: DirectoryMerge) {
    this.#pending = pending;
    this.#merge = merge;
  }

  /**
   * Called within a write transaction.
   * @param mostLeaves how many leaves it may write anew; the rest is for the next call
   * @returns whether nothing is left
   */
  apply(table: LeafTable, mostLeaves = Number.POSITIVE_INFINITY): boolean {
    for (let left = mostLeaves; left > 0 && this.#next < this.#pending.length; left--) this.#applyToOne(table);
    return this.#next >= this.#pending.length;
  }

  /** All that falls into the leaf of the first change. */
  #applyToOne(table: LeafTable): void {
    const first = this.#pending[this.#next] as DirectoryChanges;
    const place = nameKey(first.directory, first.changes[first.from]?.name ?? "");
    const leaf = table.floor(place) ?? { key: FIRST_KEY, sections: [] };
    const boundKey = table.keyAfter(leaf.key);
    const bound = boundKey && leafBound(boundKey);
    const here: [NodeId, readonly NameChange[]][] = [];
    for (; this.#next < this.#pending.length; this.#next++) {
      const candidate = this.#pending[this.#next] as DirectoryChanges;
      const { directory, changes, from } = candidate;
      const end = endBefore(candidate, bound);
      if (end > from) here.push([directory, from === 0 && end === changes.length ? changes : changes.slice(from, end)]);
      candidate.from = end;
      if (end < changes.length) break;
    }
    table.replace(leaf.key, mergeLeaf(this.#merge, leaf.sections, here), bound === undefined);
  }
}

function isAscending(changes: readonly NameChange[]): boolean {
  for (let index = 1; index < changes.length; index++) {
    if (compareUtf8((changes[index - 1] as NameChange).name, (changes[index] as NameChange).name) > 0) return false;
  }
  return true;
}

/** Where those of a directory's changes end that fall before the next leaf. */
function endBefore({ directory, changes, from }: DirectoryChanges, bound: LeafBound | undefined): number {
  if (!bound || directory < bound.directory) return changes.length;
  if (directory > bound.directory) return from;
  let low = from;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareUtf8((changes[middle] as NameChange).name, bound.name);
    // The next leaf may go on in the midst of a name, whose live entry is then in this one.
    if (order < 0 || (order === 0 && bound.isWithinName)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sections of a leaf with the changes of some directories; both ascending by directory. */
function mergeLeaf(
  merge: DirectoryMerge,
  sections: readonly Section[],
  changes: readonly (readonly [NodeId, readonly NameChange[]])[],
): readonly Piece[] {
  const merged: Piece[] = [];
  let index = 0;
  for (const [directory, names] of changes) {
    while (index < sections.length && (sections[index] as Section).directory < directory) {
      merged.push(sections[index++] as Section);
    }
    const section = sections[index]?.directory === directory ? sections[index++] : undefined;
    const piece = merge.merge(directory, section, names);
    if (piece) merged.push(piece);
  }
  while (index < sections.length) merged.push(sections[index++] as Section);
  return merged;
}
