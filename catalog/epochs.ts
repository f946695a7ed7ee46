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
  /** First versions, ascending: of snapshot `#firstSnapshot + index`. Only ever grows at its end. */
  readonly #known: { readonly snapshot: SnapshotNumber; readonly first: number }[] = [];

  constructor(database: Database<Buffer, Buffer>) {
    this.#database = database;
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
    const last = this.#known.at(-1);
    if (!last || version >= last.first) this.#readOn(last?.snapshot);
    let low = 0;
    let high = this.#known.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#known[middle]?.first ?? 0) <= version) low = middle + 1;
      else high = middle;
    }
    return this.#known[low - 1]?.snapshot ?? (0 as SnapshotNumber);
  }

  #readOn(after: SnapshotNumber | undefined): void {
    const range = after === undefined ? {} : { start: snapshotKey(after), exclusiveStart: true };
    for (const { key, value } of this.#database.getRange(range)) {
      const snapshot = safeInteger(key.readUInt32BE(0), "epochs") as SnapshotNumber;
      this.#known.push({ snapshot, first: keyNumber(value, 0, "epochs") });
    }
  }
}
