/**
 * What a backup of an unchanged source asks of the catalog: each entry of each listing is found and its size, time
 * and signature compared. Done in two ways: by a lookup for each, and by walking the catalog's listing beside the
 * source's. The source's listings are generated again from the same seed, outside the clock.
 */
import type { CatalogEntry } from "../../catalog/catalog.js";
import type { NodeEntry } from "../../core/node.js";
import type { UnversionedBatch } from "../support/batch-queue.js";
import { collectYoung, inTurns, newClocks, ratesOf, type Contest, type Contestant } from "../support/contest.js";
import type { Report } from "../support/report.js";

/** Batches prepared at a time. */
const PREPARED = 4;

export async function measureCompare(
  contest: Contest,
  report: Report,
  section: string,
  batches: Iterable<UnversionedBatch>,
): Promise<void> {
  const byLookup = newClocks();
  const byListing = newClocks();
  const comparisons = new Map(
    contest.contestants.map((contestant) => [contestant, new ListingComparison(contestant.catalog)]),
  );
  let turn = 0;
  for (const entries of listedEntries(batches)) {
    collectYoung();
    await inTurns(contest, turn, byLookup, ({ catalog }) => compareByLookup(catalog, entries));
    await inTurns(contest, turn, byListing, (contestant) => comparisons.get(contestant)?.compare(entries) ?? 0);
    turn++;
  }
  for (const [measure, clocks] of [
    ["compare of an unchanged tree, by lookup", byLookup],
    ["compare of an unchanged tree, beside list()", byListing],
  ] as const) {
    report.rates.push({ section, measure, unit: "entries", ...ratesOf(clocks) });
  }
}

function* listedEntries(batches: Iterable<UnversionedBatch>): IterableIterator<readonly NodeEntry[]> {
  let entries: NodeEntry[] = [];
  let prepared = 0;
  for (const { puts } of batches) {
    // The root is in no listing.
    for (const { entry } of puts) if (entry.name !== "") entries.push(entry);
    if (++prepared % PREPARED !== 0) continue;
    yield entries;
    entries = [];
  }
  yield entries;
}

function compareByLookup({ live }: Contestant["catalog"], entries: readonly NodeEntry[]): number {
  for (const entry of entries) expectSame(entry, live.lookup(entry.parentId, entry.name));
  return entries.length;
}

/** Goes on from one call to the next, in the middle of a directory too. */
class ListingComparison {
  readonly #catalog: Contestant["catalog"];
  #previous: NodeEntry | undefined;

  constructor(catalog: Contestant["catalog"]) {
    this.#catalog = catalog;
  }

  compare(entries: readonly NodeEntry[]): number {
    let listing: IterableIterator<CatalogEntry> | undefined;
    let previous = this.#previous;
    for (const entry of entries) {
      if (listing === undefined || previous?.parentId !== entry.parentId) {
        const goesOn = previous?.parentId === entry.parentId;
        if (!goesOn) expectEnd(listing);
        listing = this.#catalog.live.list(entry.parentId, goesOn ? previous?.name : undefined);
      }
      const next = listing.next();
      expectSame(entry, next.done === true || next.value.name !== entry.name ? undefined : next.value);
      previous = entry;
    }
    listing?.return?.();
    this.#previous = previous;
    return entries.length;
  }
}

function expectSame(entry: NodeEntry, live: CatalogEntry | undefined): void {
  if (
    live?.kind !== entry.kind ||
    live.sizeBytes !== entry.sizeBytes ||
    live.mtimeNs !== entry.mtimeNs ||
    live.signature !== entry.signature
  ) {
    throw new Error(`node ${entry.nodeId} "${entry.name}" is not in the catalog as it was put there`);
  }
}

/** Whatever a directory's listing still has is gone from the source; here nothing is. */
function expectEnd(listing: IterableIterator<CatalogEntry> | undefined): void {
  if (listing && listing.next().done !== true) throw new Error("a directory has more entries than were put there");
}
