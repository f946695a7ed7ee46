/** Where the changed entries of a directory come together: as a list, or spliced into what is encoded already. */
import { compareUtf8 } from "../../core/utf8-order.js";
import { LIVE, type LeafEntry } from "./leaf-entry.js";
import { decodeSection, type Piece, type Section } from "./section.js";

/** Goes through the old entries once, in order; what is neither dropped nor come to yet is kept. */
export interface MergeTarget {
  /** Keeps all before `name`. @returns its live entry, the next to be dropped or kept; undefined when there is none */
  seek(name: string): LeafEntry | undefined;
  /** Puts an entry where it stands: before the next old one. */
  put(entry: LeafEntry): void;
  /** Leaves out the next old entry. */
  drop(): void;
  /** Once, at the end. @returns undefined when nothing is left */
  finish(): Piece | undefined;
}

/** For directories that are new, or of which much changes: encoded once, when it is known how they fall into leaves. */
export class EntryList implements MergeTarget {
  readonly #directory: Section["directory"];
  readonly #old: readonly LeafEntry[];
  #at = 0;
  readonly #entries: LeafEntry[] = [];

  constructor(directory: Section["directory"], old: Section | undefined) {
    this.#directory = directory;
    this.#old = old ? decodeSection(old) : [];
  }

  seek(name: string): LeafEntry | undefined {
    const old = this.#old;
    while (this.#at < old.length) {
      const entry = old[this.#at] as LeafEntry;
      if (entry.name === name) return entry.until === LIVE ? entry : undefined;
      if (compareUtf8(entry.name, name) > 0) return undefined;
      this.#entries.push(entry);
      this.#at++;
    }
    return undefined;
  }

  put(entry: LeafEntry): void {
    this.#entries.push(entry);
  }

  drop(): void {
    this.#at++;
  }

  finish(): Piece | undefined {
    while (this.#at < this.#old.length) this.#entries.push(this.#old[this.#at++] as LeafEntry);
    return this.#entries.length > 0 ? { directory: this.#directory, entries: this.#entries } : undefined;
  }
}
