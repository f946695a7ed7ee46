/** Merging changes into the entries of one directory: what is put, what ends, and what of that stays as the past. */
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import type { LeafEntry } from "./leaf-entry.js";
import { EntryList, type MergeTarget } from "./merge-target.js";
import { inNanoseconds, type Piece, type Section } from "./section.js";
import { SectionSplice } from "./section-splice.js";
import { TimeSplitter } from "./time-splitter.js";

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

  /**
   * @param section what the directory has by now
   * @param changes ascending by name; of several for one name the last put counts, and endings before it
   * @returns undefined when nothing is left
   */
  merge(directory: NodeId, section: Section | undefined, changes: readonly NameChange[]): Piece | undefined {
    const target = targetFor(directory, section, changes);
    for (let index = 0; index < changes.length;) {
      const { name } = changes[index] as NameChange;
      let end = index + 1;
      while (changes[end]?.name === name) end++;
      this.#name(directory, target, name, changes, index, end);
      index = end;
    }
    return target.finish();
  }

  /** What happens to one name: changes from `index` to `end`. */
  #name(
    directory: NodeId,
    target: MergeTarget,
    name: string,
    changes: readonly NameChange[],
    index: number,
    end: number,
  ): void {
    const live = target.seek(name);
    let put: LeafEntry | undefined;
    let isEnded = false;
    for (let at = index; at < end; at++) {
      const change = changes[at] as NameChange;
      if (change.put) put = change.put;
      else if (change.ends === live?.nodeId) isEnded = true;
    }
    if (put) {
      target.put(put);
      this.#observer.put(directory, put, live);
    }
    if (!live || !(isEnded || put)) return;
    this.#observer.ended(directory, live);
    const isKept = live.version < this.#firstVersion;
    if (isKept) target.put({ ...live, until: this.#snapshot, xorhash: 0n, signature: 0 });
    target.drop();
  }
}

/** More changes than this are half a leaf's worth: it will be cut anyway. */
const MOST_SPLICED = 50;
const time = new TimeSplitter();

function targetFor(directory: NodeId, section: Section | undefined, changes: readonly NameChange[]): MergeTarget {
  if (!section || changes.length > MOST_SPLICED) return new EntryList(directory, section);
  const isCoarse = changes.every(({ put }) => !put || time.split(put.mtimeNs).isCoarse);
  return new SectionSplice(isCoarse ? section : inNanoseconds(section));
}
