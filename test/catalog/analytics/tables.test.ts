// The tables a report is made of, each by itself.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AgeHistogram } from "../../../catalog/analytics/age-histogram.js";
import { DirectoryTotals } from "../../../catalog/analytics/directory-totals.js";
import { growthOf } from "../../../catalog/analytics/growth.js";
import { Largest } from "../../../catalog/analytics/largest.js";
import { SizeHistogram } from "../../../catalog/analytics/size-histogram.js";
import type { NodeId, SnapshotNumber } from "../../../core/ids.js";
import type { TimeNs } from "../../../core/time.js";
import { snapshotOf } from "../support/model.js";

describe("sizes", () => {
  it("belong to the step whose bound they do not exceed", () => {
    const histogram = new SizeHistogram();
    for (const size of [0, 1, 1024, 1025, 16_384, 2 ** 40, 2 ** 40 + 1]) histogram.add(size);
    const filled = histogram.steps().filter(({ files }) => files > 0);
    expect(filled).toEqual([
      { atMostBytes: 0, files: 1, bytes: 0 },
      { atMostBytes: 1024, files: 2, bytes: 1025 },
      { atMostBytes: 16_384, files: 2, bytes: 17_409 },
      { atMostBytes: 2 ** 40, files: 1, bytes: 2 ** 40 },
      { atMostBytes: undefined, files: 1, bytes: 2 ** 40 + 1 },
    ]);
  });

  it("have an exact average and a median within 5 %", () => {
    const sizes = fc.array(fc.oneof(fc.nat(100), fc.nat(1e6), fc.maxSafeNat()), { minLength: 1 });
    fc.assert(
      fc.property(sizes, (all) => {
        const histogram = new SizeHistogram();
        for (const size of all) histogram.add(size);
        expect(histogram.averageBytes()).toBe(all.reduce((sum, size) => sum + size, 0) / all.length);
        const median = all.toSorted((a, b) => a - b)[Math.ceil(all.length / 2) - 1] ?? 0;
        expect(Math.abs((histogram.medianBytes() ?? 0) - median)).toBeLessThanOrEqual(median * 0.05);
      }),
    );
  });

  it("of no file have neither", () => {
    const histogram = new SizeHistogram();
    expect([histogram.averageBytes(), histogram.medianBytes()]).toEqual([undefined, undefined]);
  });
});

describe("ages", () => {
  const day = 86_400_000_000_000n;
  const at = (1_700_000_000_000_000_000n + 1n) as TimeNs;

  it.each<[string, bigint, number | undefined]>([
    ["a nanosecond after the snapshot began", at + 1n, 0],
    ["the same moment", at, 1],
    ["exactly a day", at - day, 1],
    ["a nanosecond more than a day", at - day - 1n, 7],
    ["exactly 30 days", at - 30n * day, 30],
    ["half a year", at - 180n * day, 365],
    ["exactly five years", at - 1825n * day, 1825],
    ["a nanosecond more than five years", at - 1825n * day - 1n, undefined],
    ["before 1970", -5n, undefined],
  ])("of %s belong to their step, exactly", (_, mtime, atMostDays) => {
    const histogram = new AgeHistogram(at);
    histogram.add(mtime as TimeNs, 7);
    expect(histogram.steps().filter(({ files }) => files > 0)).toEqual([{ atMostDays, files: 1, bytes: 7 }]);
    expect(histogram.steps().map((step) => step.atMostDays)).toEqual([0, 1, 7, 30, 90, 365, 730, 1825, undefined]);
  });
});

describe("the largest", () => {
  it("are kept in order, and of equal ones those that came first", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.nat(5), (weights, limit) => {
        const largest = new Largest<number>(limit);
        for (const [index, weight] of weights.entries()) largest.add(weight, index);
        const sorted = weights.map((weight, index) => ({ weight, index })).sort((a, b) => b.weight - a.weight);
        expect(largest.items()).toEqual(sorted.slice(0, limit).map(({ index }) => index));
      }),
    );
  });
});

describe("directories", () => {
  it("are told by what is directly in them", () => {
    const totals = new DirectoryTotals(2);
    for (const [directory, size] of [
      [1, 5],
      [2, 9],
      [3, 3],
      [3, 4],
    ] as const) {
      totals.add(directory as NodeId, size);
    }
    expect(totals.finish()).toEqual([
      { directoryId: 2, files: 1, bytes: 9 },
      { directoryId: 3, files: 2, bytes: 7 },
    ]);
  });
});

describe("growth", () => {
  it("is the difference to the snapshot before, up to the one reported on", () => {
    const snapshots = [
      [10, 100],
      [12, 90],
      [11, 300],
      [99, 999],
    ].map(([files = 0, bytes = 0], index) => snapshotOf(index + 1, { files, directories: 1, bytes }));
    const told = growthOf(snapshots, 3 as SnapshotNumber, 2);
    expect(told.map(({ snapshot, files, bytes }) => [snapshot.number, files, bytes])).toEqual([
      [2, 2, -10],
      [3, -1, 210],
    ]);
    expect(growthOf(snapshots, 1 as SnapshotNumber, 5)).toEqual([
      { snapshot: snapshots[0], files: undefined, bytes: undefined },
    ]);
  });
});
