/**
 * Changes on their way into batches, first in, first out, 8192 in each, as the backup's journal makes them
 * (daemon/backup/segment-journal.ts). A change waits until its content is stored, and all behind it wait with it.
 */
import type { ChangeBatch, NodePut, NodeRemoval } from "../../core/node.js";
import type { VersionNumber } from "../../core/ids.js";
import type { ContentLedger, EntryInMaking } from "./content-ledger.js";

export const CHANGES_PER_BATCH = 8192;

/** A batch that gets its versions when it is applied. */
export type UnversionedBatch = Omit<ChangeBatch, "firstVersion">;

export function withVersions(batch: UnversionedBatch, firstVersion: VersionNumber): ChangeBatch {
  return { firstVersion, ...batch };
}

const NO_METADATA = {};

export class BatchQueue {
  readonly #ledger: ContentLedger;
  #puts: { readonly entry: EntryInMaking; readonly movedFrom: NodePut["movedFrom"] }[] = [];
  #removals: NodeRemoval[] = [];
  /** How many puts before the oldest waiting one were counted already; a waiting one only moves towards the front. */
  #ready = 0;

  constructor(ledger: ContentLedger) {
    this.#ledger = ledger;
  }

  put(entry: EntryInMaking, movedFrom?: NodePut["movedFrom"]): void {
    this.#puts.push({ entry, movedFrom });
  }

  remove(removal: NodeRemoval): void {
    this.#removals.push(removal);
  }

  /** The full batches there are by now. */
  *full(): IterableIterator<UnversionedBatch> {
    while (this.#puts.length + this.#removals.length >= CHANGES_PER_BATCH) {
      this.#countReady();
      if (this.#ready + this.#removals.length < CHANGES_PER_BATCH) return;
      yield this.#take();
    }
  }

  /** Everything, after the last change: the open bundle is closed. */
  *rest(): IterableIterator<UnversionedBatch> {
    this.#ledger.closeBundle();
    yield* this.full();
    this.#countReady();
    if (this.#puts.length + this.#removals.length > 0) yield this.#take();
  }

  #countReady(): void {
    const waiting = this.#ledger.oldestWaiting;
    while (this.#ready < this.#puts.length && this.#puts[this.#ready]?.entry !== waiting) this.#ready++;
  }

  #take(): UnversionedBatch {
    const removals = this.#removals.splice(0, CHANGES_PER_BATCH);
    const taken = this.#puts.splice(0, Math.min(this.#ready, CHANGES_PER_BATCH - removals.length));
    this.#ready -= taken.length;
    const puts = taken.map(({ entry, movedFrom }) => ({ entry, metadata: NO_METADATA, movedFrom }));
    return { ...this.#ledger.takeStored(), removals, puts };
  }
}
