import fc from "fast-check";
import { expect, it } from "vitest";
import { TimeSplitter } from "../../../catalog/leaf/time-splitter.js";
import type { TimeNs } from "../../../core/time.js";

it("splits every 64-bit time exactly, before 1970 as well", () => {
  const splitter = new TimeSplitter();
  const second = 1_000_000_000n;
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (time) => {
      const { seconds, nanoseconds } = splitter.split(time as TimeNs);
      expect(nanoseconds).toBeGreaterThanOrEqual(0);
      expect(nanoseconds).toBeLessThan(Number(second));
      expect(BigInt(seconds) * second + BigInt(nanoseconds)).toBe(time);
    }),
    { numRuns: 2000 },
  );
});
