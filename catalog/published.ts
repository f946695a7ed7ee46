/** The published snapshots as they were at one moment, asked by number. Numbers have gaps where snapshots are gone. */
import type { SnapshotNumber } from "../core/ids.js";
import type { Snapshot } from "../core/snapshot.js";
import type { CatalogReader, EntryVersion } from "./catalog.js";

/** The first and the last snapshot that have something. */
export interface Span {
  readonly first: Snapshot;
  readonly last: Snapshot;
}

export class Published {
  readonly #snapshots: readonly Snapshot[];

  constructor(catalog: CatalogReader) {
    this.#snapshots = catalog.snapshots();
  }

  get newest(): Snapshot | undefined {
    return this.#snapshots.at(-1);
  }

  /** The oldest from `number` on. */
  from(number: SnapshotNumber): Snapshot | undefined {
    return this.#snapshots[countBelow(this.#snapshots, number)];
  }

  /** The newest that is older than `number`. */
  before(number: number): Snapshot | undefined {
    return this.#snapshots[countBelow(this.#snapshots, number) - 1];
  }

  /** @returns undefined when none of them has the version */
  spanOf({ since, until }: Pick<EntryVersion, "since" | "until">): Span | undefined {
    const first = this.from(since);
    const last = until === undefined ? this.newest : this.before(until);
    return first && last && first.number <= last.number ? { first, last } : undefined;
  }
}

/** How many of `snapshots`, ascending, have a smaller number. */
export function countBelow(snapshots: readonly { readonly number: number }[], number: number): number {
  let low = 0;
  let high = snapshots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((snapshots[middle]?.number ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
