/**
 * Which versions and nodes came with which snapshot. Both are handed out in order, so the first of each snapshot says
 * it for all of them, and no entry needs to keep since when it is valid.
 */
import type { Database } from "lmdb";
import { safeInteger, type SnapshotNumber } from "../core/ids.js";
import type { NextNumbers } from "./catalog.js";
import { keyNumber, numberKey } from "./keys.js";
import { snapshotKey } from "./tables.js";

/** The first that a snapshot brought. */
export interface Firsts {
  readonly version: number;
  readonly node: number;
}

interface Epoch extends Firsts {
  readonly snapshot: SnapshotNumber;
}

export class Epochs {
  readonly #database: Database<Buffer, Buffer>;
  readonly #next: () => Pick<NextNumbers, "version" | "node">;
  /** What is below was handed out when the table was read last, so whatever begins later does not bring it. */
  #bound: Firsts = { version: 0, node: 0 };
  /** Ascending. Only ever grows at its end. */
  readonly #known: Epoch[] = [];

  /** @param next the first that are not handed out yet */
  constructor(database: Database<Buffer, Buffer>, next: () => Pick<NextNumbers, "version" | "node">) {
    this.#database = database;
    this.#next = next;
  }

  /** Called within a write transaction, when a snapshot is begun. */
  begin(snapshot: SnapshotNumber, { version, node }: Firsts): void {
    void this.#database.put(snapshotKey(snapshot), Buffer.concat([numberKey(version), numberKey(node)]));
  }

  /** @returns undefined when the snapshot has not begun */
  firstsOf(snapshot: SnapshotNumber): Firsts | undefined {
    const value = this.#database.get(snapshotKey(snapshot));
    return value && decode(value);
  }

  /** The snapshot that brought `version`. */
  snapshotOf(version: number): SnapshotNumber {
    return this.#find("version", version);
  }

  /** The snapshot in which a node was first seen. */
  snapshotOfNode(nodeId: number): SnapshotNumber {
    return this.#find("node", nodeId);
  }

  #find(what: keyof Firsts, number: number): SnapshotNumber {
    if (number >= this.#bound[what]) this.#readOn();
    let low = 0;
    let high = this.#known.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#known[middle]?.[what] ?? 0) <= number) low = middle + 1;
      else high = middle;
    }
    return this.#known[low - 1]?.snapshot ?? (0 as SnapshotNumber);
  }

  #readOn(): void {
    // Before the table: in between, another process may begin a snapshot.
    this.#bound = this.#next();
    const after = this.#known.at(-1)?.snapshot;
    const range = after === undefined ? {} : { start: snapshotKey(after), exclusiveStart: true };
    for (const { key, value } of this.#database.getRange(range)) {
      const snapshot = safeInteger(key.readUInt32BE(0), "epochs") as SnapshotNumber;
      this.#known.push({ snapshot, ...decode(value) });
    }
  }
}

function decode(value: Buffer): Firsts {
  return { version: keyNumber(value, 0, "epochs"), node: keyNumber(value, 8, "epochs") };
}
