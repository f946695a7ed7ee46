import fc from "fast-check";
import { expect, it } from "vitest";
import { compareRecords } from "../../catalog/packed/record.js";
import type { RunRecord } from "../../catalog/packed/runs.js";
import { RunCollector } from "../../catalog/run-collector.js";
import type { NodeId } from "../../core/ids.js";

/** A packed table as a list. */
class NaiveRuns {
  #records: RunRecord[] = [];

  floor(place: { nodeId: number; since: number }): RunRecord | undefined {
    return this.#records.findLast((one) => compareRecords(one, place) <= 0);
  }

  floors(): (place: { nodeId: number; since: number }) => RunRecord | undefined {
    return (place) => this.floor(place);
  }

  change(puts: readonly RunRecord[]): void {
    if (puts.some((put, index) => index > 0 && compareRecords(puts[index - 1] as RunRecord, put) >= 0)) {
      throw new Error("puts are out of order");
    }
    const kept = this.#records.filter((old) => !puts.some(({ nodeId }) => nodeId === old.nodeId));
    this.#records = [...kept, ...puts].toSorted(compareRecords);
  }

  get count(): number {
    return this.#records.length;
  }
}

/** Listings of so many children each, and where among the batches each node comes. */
const listings = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });

it("knows the parent of every node, in whatever batch it comes", () => {
  fc.assert(
    fc.property(listings, fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 50 }), (sizes, delays) => {
      const parents = new Map<number, number>();
      let next = 2;
      for (const [index, size] of sizes.entries()) {
        for (let child = 0; child < size; child++) parents.set(next++, index % 3 === 2 ? 1 : 1000 + index);
      }
      const batches: number[][] = [[], [], [], []];
      for (const id of parents.keys()) batches[delays[id % delays.length] ?? 0]?.push(id);
      const table = new NaiveRuns();
      let handedOut = 2;
      const known = new Set<number>();
      for (const batch of batches) {
        const runs = new RunCollector(table, handedOut as NodeId);
        for (const id of batch) runs.add(id as NodeId, parents.get(id) as NodeId, `n${id}`);
        table.change(runs.records());
        for (const id of batch) known.add(id);
        handedOut = Math.max(handedOut, ...batch.map((id) => id + 1));
        for (const id of known) expect(table.floor({ nodeId: id, since: 0 })?.parentId).toBe(parents.get(id));
      }
    }),
    { numRuns: 60 },
  );
});

it("takes one record for a listing, and another for every 256 of its nodes, with the name they go on with", () => {
  const table = new NaiveRuns();
  const runs = new RunCollector(table, 2 as NodeId);
  for (let id = 2; id < 602; id++) runs.add(id as NodeId, 1 as NodeId, `n${id}`);
  for (let id = 602; id < 702; id++) runs.add(id as NodeId, 5 as NodeId, `n${id}`);
  const records = runs.records();
  expect(records.map(({ nodeId, parentId, name }) => [nodeId, parentId, name])).toEqual([
    [2, 1, ""],
    [258, 1, "n258"],
    [514, 1, "n514"],
    [602, 5, ""],
  ]);
});
