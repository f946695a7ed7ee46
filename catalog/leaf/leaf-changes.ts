/**
 * What a batch does to the tree, gathered by directory and name, and done leaf by leaf in the order of the tree: each
 * leaf that is concerned is read and written once, however many changes fall into it.
 */
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { compareUtf8 } from "../../core/utf8-order.js";
import { LIVE, type LeafEntry } from "./leaf-entry.js";
import { FIRST_KEY, nameKey } from "./leaf-key.js";
import type { LeafTable } from "./leaf-table.js";
import { decodeSection, encodeSection, type Section } from "./leaf.js";

/** What happens to one name of one directory. Endings count before the new entry. */
interface NameChange {
  readonly name: string;
  /** Nodes whose live entry ends here; of another node it stays. */
  readonly ends: NodeId[];
  put: LeafEntry | undefined;
}

/** Told of every live entry that comes or goes. */
export interface ChangeObserver {
  ended(directory: NodeId, entry: LeafEntry): void;
  put(directory: NodeId, entry: LeafEntry, replaced: LeafEntry | undefined): void;
}

export class LeafChanges {
  readonly #byDirectory = new Map<NodeId, Map<string, NameChange>>();

  /** The live entry of `name` ends, if it is of this node. */
  end(directory: NodeId, name: string, nodeId: NodeId): void {
    this.#at(directory, name).ends.push(nodeId);
  }

  /** A new live entry; whatever live entry its name has ends. Of several for one name the last counts. */
  put(directory: NodeId, entry: LeafEntry): void {
    this.#at(directory, entry.name).put = entry;
  }

  /**
   * @param snapshot being written; entries from `firstVersion` on belong to it and leave no trace when they end
   */
  apply(table: LeafTable, snapshot: SnapshotNumber, firstVersion: number, observer: ChangeObserver): void {
    const merge = new Merge(snapshot, firstVersion, observer);
    const directories = [...this.#byDirectory.keys()].toSorted((a, b) => a - b);
    const pending = directories.map((directory) => ({
      directory,
      changes: [...(this.#byDirectory.get(directory)?.values() ?? [])].toSorted((a, b) => compareUtf8(a.name, b.name)),
    }));
    for (let next = 0; next < pending.length;) {
      const { directory, changes } = pending[next] as (typeof pending)[number];
      const leaf = table.floor(nameKey(directory, changes[0]?.name ?? "")) ?? { key: FIRST_KEY, sections: [] };
      const bound = table.keyAfter(leaf.key);
      const here: DirectoryChanges[] = [];
      for (; next < pending.length; next++) {
        const candidate = pending[next] as DirectoryChanges & { changes: NameChange[] };
        const count = countBefore(candidate, bound);
        if (count > 0) here.push({ directory: candidate.directory, changes: candidate.changes.splice(0, count) });
        if (candidate.changes.length > 0) break;
      }
      table.replace(leaf.key, merge.leaf(leaf.sections, here), bound === undefined);
    }
  }

  #at(directory: NodeId, name: string): NameChange {
    let names = this.#byDirectory.get(directory);
    if (!names) this.#byDirectory.set(directory, (names = new Map()));
    let change = names.get(name);
    if (!change) names.set(name, (change = { name, ends: [], put: undefined }));
    return change;
  }
}

interface DirectoryChanges {
  readonly directory: NodeId;
  readonly changes: readonly NameChange[];
}

/** How many of a directory's changes fall before the key `bound`. */
function countBefore({ directory, changes }: DirectoryChanges, bound: Buffer | undefined): number {
  if (!bound) return changes.length;
  const boundDirectory = bound.readUInt32BE(0) * 0x1_0000_0000 + bound.readUInt32BE(4);
  if (directory !== boundDirectory) return directory < boundDirectory ? changes.length : 0;
  const index = changes.findIndex(({ name }) => Buffer.compare(nameKey(directory, name), bound) >= 0);
  return index < 0 ? changes.length : index;
}

class Merge {
  readonly #snapshot: SnapshotNumber;
  readonly #firstVersion: number;
  readonly #observer: ChangeObserver;

  constructor(snapshot: SnapshotNumber, firstVersion: number, observer: ChangeObserver) {
    this.#snapshot = snapshot;
    this.#firstVersion = firstVersion;
    this.#observer = observer;
  }

  /** The sections of a leaf with the changes of some directories; both ascending by directory. */
  leaf(sections: readonly Section[], changes: readonly DirectoryChanges[]): readonly Section[] {
    const merged: Section[] = [];
    let index = 0;
    for (const { directory, changes: names } of changes) {
      while (index < sections.length && (sections[index] as Section).directory < directory) {
        merged.push(sections[index++] as Section);
      }
      const section = sections[index]?.directory === directory ? sections[index++] : undefined;
      const entries = this.#entries(directory, section ? decodeSection(section) : [], names);
      if (entries.length > 0) merged.push(encodeSection(directory, entries));
    }
    while (index < sections.length) merged.push(sections[index++] as Section);
    return merged;
  }

  #entries(directory: NodeId, old: readonly LeafEntry[], changes: readonly NameChange[]): readonly LeafEntry[] {
    const merged: LeafEntry[] = [];
    let at = 0;
    for (const change of changes) {
      while (at < old.length && compareUtf8((old[at] as LeafEntry).name, change.name) < 0)
        merged.push(old[at++] as LeafEntry);
      const first = old[at];
      const live = first?.name === change.name && first.until === LIVE ? first : undefined;
      const isEnded = live !== undefined && (change.put !== undefined || change.ends.includes(live.nodeId));
      if (change.put) {
        merged.push(change.put);
        this.#observer.put(directory, change.put, live);
      }
      if (!isEnded) continue;
      at++;
      const isKept = live.version < this.#firstVersion;
      this.#observer.ended(directory, live);
      if (isKept) merged.push({ ...live, until: this.#snapshot, xorhash: 0n, signature: 0 });
    }
    while (at < old.length) merged.push(old[at++] as LeafEntry);
    return merged;
  }
}
