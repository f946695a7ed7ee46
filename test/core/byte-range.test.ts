import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joined, overlapping } from "../../core/byte-range.js";

describe("the ranges that overlap a stretch", () => {
  const range = fc.tuple(fc.nat(60), fc.nat(10)).map(([start, length]) => ({ start, end: start + length }));

  it("are those that have a byte in common with it", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), range, (some, stretch) => {
        const ranges = joined(some);
        const bytes = Array.from({ length: stretch.end - stretch.start }, (_, n) => stretch.start + n);
        const expected = ranges.filter(({ start, end }) => bytes.some((byte) => byte >= start && byte < end));
        expect(overlapping(ranges, stretch)).toEqual(expected);
      }),
    );
  });

  it("are found without looking at all of very many", () => {
    const ranges = Array.from({ length: 500_000 }, (_, n) => ({ start: 8192 * n, end: 8192 * n + 4096 }));
    let looks = 0;
    const counted = new Proxy(ranges, {
      get(target, key): unknown {
        looks++;
        return Reflect.get(target, key);
      },
    });
    const found = overlapping(counted, { start: 8192 * 400_000 + 4096, end: 8192 * 400_002 + 1 });
    expect(found.map(({ start }) => start / 8192)).toEqual([400_001, 400_002]);
    expect(looks).toBeLessThan(100);
  });
});
