import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CIRCLE, EVERYTHING, isInSample, nextStart, type Sample } from "../../../daemon/verify/sample.js";

const ids = Array.from({ length: 5000 }, (_, id) => id * 7 + 1);
const widths = fc.integer({ min: 10_000, max: CIRCLE });

/** Samples one after another until they have gone round the circle. */
function round(first: Sample, widthOf: () => number): Sample[] {
  const samples = [first];
  let covered = first.width;
  for (let last = first; covered < CIRCLE; covered += last.width) {
    last = { start: nextStart(last), width: widthOf() };
    samples.push(last);
  }
  return samples;
}

describe("a sample", () => {
  it("reads everything in 100/N runs, wherever it begins and whatever its kind", () => {
    const start = fc.integer({ min: 0, max: CIRCLE - 1 });
    const kind = fc.constantFrom("bundle", "blob", "checkpoint-part");
    fc.assert(
      fc.property(start, widths, kind, fc.nat(2 ** 50), (from, width, of, id) => {
        const samples = round({ start: from, width }, () => width);
        expect(samples).toHaveLength(Math.ceil(CIRCLE / width));
        expect(samples.filter((sample) => isInSample(sample, of, id)).length).toBeGreaterThan(0);
      }),
    );
  });

  it("misses nothing when the percentage changes between runs", () => {
    fc.assert(
      fc.property(fc.infiniteStream(widths), fc.nat(2 ** 50), (stream, id) => {
        const next = (): number => stream.next().value ?? CIRCLE;
        const samples = round({ start: 0, width: next() }, next);
        expect(samples.some((sample) => isInSample(sample, "bundle", id))).toBe(true);
      }),
    );
  });

  it("reads about as much as was asked for, each time something else", () => {
    const first = { start: 0, width: CIRCLE / 20 };
    const second = { ...first, start: nextStart(first) };
    const [one, two] = [first, second].map((sample) => ids.filter((id) => isInSample(sample, "bundle", id)));
    for (const read of [one, two]) {
      expect(read?.length).toBeGreaterThan(180);
      expect(read?.length).toBeLessThan(330);
    }
    expect(one?.filter((id) => two?.includes(id))).toEqual([]);
  });

  it("of everything is everything", () => {
    expect(ids.every((id) => isInSample(EVERYTHING, "blob", id))).toBe(true);
  });
});
