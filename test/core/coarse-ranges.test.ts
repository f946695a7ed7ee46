import { describe, expect, it } from "vitest";
import { joined, totalBytes } from "../../core/byte-range.js";
import { CoarseRanges } from "../../core/coarse-ranges.js";

describe("ranges that are gathered", () => {
  it("are what was added, as long as they are few", () => {
    const ranges = new CoarseRanges(10);
    for (const start of [900, 0, 300, 350]) ranges.add({ start, end: start + 100 });
    ranges.add({ start: 7, end: 7 });
    expect(ranges.ranges()).toEqual([
      { start: 0, end: 100 },
      { start: 300, end: 450 },
      { start: 900, end: 1000 },
    ]);
  });

  it("never miss what was added, and are never more than wanted, in whatever order they come", () => {
    const page = 4096;
    const most = 1000;
    const added = Array.from({ length: 20_000 }, (_, n) => {
      const start = ((n * 7919) % 20_000) * 10 * page;
      return { start, end: start + page };
    });
    const ranges = new CoarseRanges(most);
    for (const range of added) ranges.add(range);
    const told = ranges.ranges();
    expect(told.length).toBeLessThanOrEqual(most);
    expect(joined([...told, ...added])).toEqual(told);
  });

  it("grow where the gaps are small, and not where they are large", () => {
    const far = 2 ** 40;
    const ranges = new CoarseRanges(4);
    for (let n = 0; n < 50; n++) ranges.add({ start: n * 1000, end: n * 1000 + 10 });
    for (let n = 1; n <= 3; n++) ranges.add({ start: n * far, end: n * far + 10 });
    expect(totalBytes(ranges.ranges())).toBe(49_010 + 30);
  });
});
