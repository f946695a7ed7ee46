/**
 * Which versions belong to which snapshot. Versions are handed out in order, so the first version of each snapshot says
 * it for all of them, and no entry needs to keep since when it is valid.
 */
import type { Database } from "lmdb";
import { safeInteger, type SnapshotNumber, type VersionNumber } from "../core/ids.js";
import { keyNumber, numberKey } from "./keys.js";
import { snapshotKey } from "./tables.js";

export class Epochs {
  readonly #database: Database<Buffer, Buffer>;
  readonly #nextVersion: () => number;
  /** Versions below were handed out when the table was read last, so whatever begins later does not bring them. */
  #bound = 0;
  /** First versions, ascending. Only ever grows at its end. */
  readonly #known: { readonly snapshot: SnapshotNumber; readonly first: number }[] = [];

  /** @param nextVersion the first version that is not handed out yet */
  constructor(database: Database<Buffer, Buffer>, nextVersion: () => number) {
    this.#database = database;
    this.#nextVersion = nextVersion;
  }

  /** Called within a write transaction, when a snapshot is begun. */
  begin(snapshot: SnapshotNumber, first: VersionNumber): void {
    void this.#database.put(snapshotKey(snapshot), numberKey(first));
  }

  /** @returns undefined when the snapshot has not begun */
  firstVersionOf(snapshot: SnapshotNumber): number | undefined {
    const value = this.#database.get(snapshotKey(snapshot));
    return value && keyNumber(value, 0, "epochs");
  }

  /** The snapshot that brought `version`. */
  snapshotOf(version: number): SnapshotNumber {
    if (version >= this.#bound) this.#readOn();
    let low = 0;
    let high = this.#known.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#known[middle]?.first ?? 0) <= version) low = middle + 1;
      else high = middle;
    }
    return this.#known[low - 1]?.snapshot ?? (0 as SnapshotNumber);
  }

  #readOn(): void {
    // Before the table: in between, another process may begin a snapshot.
    this.#bound = this.#nextVersion();
    const after = this.#known.at(-1)?.snapshot;
    const range = after === undefined ? {} : { start: snapshotKey(after), exclusiveStart: true };
    for (const { key, value } of this.#database.getRange(range)) {
      const snapshot = safeInteger(key.readUInt32BE(0), "epochs") as SnapshotNumber;
      this.#known.push({ snapshot, first: keyNumber(value, 0, "epochs") });
    }
  }
}
