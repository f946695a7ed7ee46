/**
 * Two layouts that are given the same work in turns, small pieces at a time and each first as often as the other, so
 * that whatever else the machine does meets both alike. Work is prepared outside the clock.
 */
import { setImmediate } from "node:timers/promises";
import type { Catalog } from "../../catalog/catalog.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { withVersions, type UnversionedBatch } from "./batch-queue.js";
import type { JudgedCatalog } from "./judged-catalog.js";
import type { MemoryWatch } from "./memory-watch.js";
import { snapshotRecord } from "./snapshot-record.js";

export interface Contestant {
  readonly layout: "catalog" | "naive";
  readonly folder: string;
  readonly catalog: JudgedCatalog;
}

export interface Contest {
  readonly catalog: Catalog;
  /** The catalog first, the naive one second unless it is left out. */
  readonly contestants: readonly Contestant[];
  readonly watch: MemoryWatch;
}

/** Milliseconds and how many of something were done in them. */
export class Clock {
  #ms = 0;
  #count = 0;

  add(count: number, ms: number): void {
    this.#count += count;
    this.#ms += ms;
  }

  get ms(): number {
    return this.#ms;
  }

  get count(): number {
    return this.#count;
  }

  get perSecond(): number {
    return (this.#count / this.#ms) * 1000;
  }
}

export type Clocks = Readonly<Record<Contestant["layout"], Clock>>;

export function newClocks(): Clocks {
  return { catalog: new Clock(), naive: new Clock() };
}

/** Both rates for the report; `naive` is undefined when it is left out. */
export function ratesOf({ catalog, naive }: Clocks): { readonly catalog: number; readonly naive: number | undefined } {
  return { catalog: catalog.perSecond, naive: naive.count === 0 ? undefined : naive.perSecond };
}

/** Collects what preparing has left behind, so that nobody is charged for it. Needs node --expose-gc. */
export function collectYoung(): void {
  (globalThis.gc as ((options: { type: "minor" }) => void) | undefined)?.({ type: "minor" });
}

/** Batches that are prepared before the clock runs: about 20 MB. */
const PREPARED = 4;

/**
 * Applies the batches as one snapshot to all contestants.
 * @param prepared told every batch, outside the clock
 * @returns clocks that count puts and removals
 */
export async function applySnapshot(
  { contestants, watch }: Contest,
  batches: Iterable<UnversionedBatch>,
  prepared?: (batch: UnversionedBatch) => void,
): Promise<Clocks> {
  const clocks = newClocks();
  const begun = new Map<Contestant, SnapshotNumber>();
  for (const contestant of contestants) begun.set(contestant, (await contestant.catalog.begin()).number);
  let segment = 0;
  let turn = 0;
  for (const chunk of inChunks(batches)) {
    if (prepared) chunk.forEach(prepared);
    watch.sample();
    collectYoung();
    for (const contestant of inTurn(contestants, turn++)) {
      const snapshot = begun.get(contestant) ?? (0 as SnapshotNumber);
      const start = performance.now();
      for (const [index, batch] of chunk.entries()) {
        const { catalog } = contestant;
        await catalog.apply(snapshot, segment + index, withVersions(batch, catalog.next().version));
      }
      clocks[contestant.layout].add(sizeOf(chunk), performance.now() - start);
      watch.sample();
    }
    segment += chunk.length;
  }
  for (const { catalog, layout } of contestants) {
    const start = performance.now();
    const number = (await catalog.begin()).number;
    await catalog.publish(snapshotRecord(number, catalog.totals()));
    clocks[layout].add(0, performance.now() - start);
  }
  return clocks;
}

function* inChunks(batches: Iterable<UnversionedBatch>): IterableIterator<readonly UnversionedBatch[]> {
  let chunk: UnversionedBatch[] = [];
  for (const batch of batches) {
    chunk.push(batch);
    if (chunk.length < PREPARED) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function sizeOf(chunk: readonly UnversionedBatch[]): number {
  return chunk.reduce((sum, { puts, removals }) => sum + puts.length + removals.length, 0);
}

/**
 * Has all contestants do one piece of reading.
 * @param work returns how many it did
 */
export async function inTurns(
  { contestants, watch }: Contest,
  turn: number,
  clocks: Clocks,
  work: (contestant: Contestant) => number,
): Promise<void> {
  for (const contestant of inTurn(contestants, turn)) {
    // LMDB's read transaction is given back when the event loop comes round.
    await setImmediate();
    const start = performance.now();
    const count = work(contestant);
    clocks[contestant.layout].add(count, performance.now() - start);
    watch.sample();
  }
}

function inTurn(contestants: readonly Contestant[], turn: number): readonly Contestant[] {
  return turn % 2 === 0 ? contestants : contestants.toReversed();
}
