/** Merging changes into the entries of one directory: what is put, what ends, and what of that stays as the past. */
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { compareUtf8 } from "../../core/utf8-order.js";
import { LIVE, type LeafEntry } from "./leaf-entry.js";
import { decodeSection, type Section } from "./section.js";

/** Something that happens to one name of one directory. */
export interface NameChange {
  readonly name: string;
  /** The node whose live entry ends here; of another node it stays. */
  readonly ends: NodeId | undefined;
  readonly put: LeafEntry | undefined;
}

/** Told of every live entry that comes or goes. */
export interface ChangeObserver {
  ended(directory: NodeId, entry: LeafEntry): void;
  put(directory: NodeId, entry: LeafEntry, replaced: LeafEntry | undefined): void;
}

export class DirectoryMerge {
  readonly #snapshot: SnapshotNumber;
  readonly #firstVersion: number;
  readonly #observer: ChangeObserver;

  /** @param firstVersion entries from here on belong to `snapshot` and leave no trace when they end */
  constructor(snapshot: SnapshotNumber, firstVersion: number, observer: ChangeObserver) {
    this.#snapshot = snapshot;
    this.#firstVersion = firstVersion;
    this.#observer = observer;
  }

  /** @param changes ascending by name; of several for one name the last put counts, and endings before it */
  entries(directory: NodeId, section: Section | undefined, changes: readonly NameChange[]): readonly LeafEntry[] {
    const old = section ? decodeSection(section) : [];
    const merged: LeafEntry[] = [];
    let at = 0;
    for (let index = 0; index < changes.length;) {
      const { name } = changes[index] as NameChange;
      let end = index + 1;
      while (changes[end]?.name === name) end++;
      while (at < old.length && compareUtf8((old[at] as LeafEntry).name, name) < 0) merged.push(old[at++] as LeafEntry);
      const first = old[at];
      const live = first?.name === name && first.until === LIVE ? first : undefined;
      if (this.#name(directory, merged, live, changes, index, end)) at++;
      index = end;
    }
    while (at < old.length) merged.push(old[at++] as LeafEntry);
    return merged;
  }

  /**
   * What happens to one name: changes from `index` to `end`.
   * @returns whether its live entry has ended
   */
  #name(
    directory: NodeId,
    merged: LeafEntry[],
    live: LeafEntry | undefined,
    changes: readonly NameChange[],
    index: number,
    end: number,
  ): boolean {
    let put: LeafEntry | undefined;
    let isEnded = false;
    for (let at = index; at < end; at++) {
      const change = changes[at] as NameChange;
      if (change.put) put = change.put;
      else if (change.ends === live?.nodeId) isEnded = true;
    }
    if (put) {
      merged.push(put);
      this.#observer.put(directory, put, live);
    }
    if (!live || !(isEnded || put)) return false;
    this.#observer.ended(directory, live);
    const isKept = live.version < this.#firstVersion;
    if (isKept) merged.push({ ...live, until: this.#snapshot, xorhash: 0n, signature: 0 });
    return true;
  }
}
