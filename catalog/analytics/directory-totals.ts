/** The directories that hold most bytes in files of their own, not counting what is in directories beneath them. */
import type { NodeId } from "../../core/ids.js";
import { Largest } from "./largest.js";
import { type Tally, Tallying } from "./tally.js";

export interface DirectoryTally extends Tally {
  readonly directoryId: NodeId;
}

/** Told the files directory by directory, it needs to remember one directory at a time. */
export class DirectoryTotals {
  readonly #largest: Largest<DirectoryTally>;
  #directoryId: NodeId | undefined;
  #tally = new Tallying();

  /** @param top how many are kept */
  constructor(top: number) {
    this.#largest = new Largest(top);
  }

  /** All files of a directory come one after another. */
  add(directoryId: NodeId, sizeBytes: number): void {
    if (directoryId !== this.#directoryId) {
      this.#close();
      this.#directoryId = directoryId;
    }
    this.#tally.add(sizeBytes);
  }

  /** Largest first; directories without files are not among them. Nothing can be added afterwards. */
  finish(): readonly DirectoryTally[] {
    this.#close();
    return this.#largest.items();
  }

  #close(): void {
    const { files, bytes } = this.#tally;
    if (this.#directoryId !== undefined && this.#largest.wants(bytes)) {
      this.#largest.add(bytes, { directoryId: this.#directoryId, files, bytes });
    }
    this.#directoryId = undefined;
    this.#tally.files = 0;
    this.#tally.bytes = 0;
  }
}
