import fc from "fast-check";
import { expect, it } from "vitest";
import type { BundleId } from "../../../core/ids.js";
import { ObjectTable } from "../../../daemon/verify/object-table.js";

it("an object table knows the objects it was given, their sizes and marks, and no others", () => {
  const sorted = fc.uniqueArray(fc.nat(9000), { maxLength: 3000 }).map((ids) => ids.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(sorted, fc.nat(9000), (ids, other) => {
      const table = new ObjectTable<BundleId>();
      for (const id of ids) table.add(id as BundleId, id * 2);
      for (const id of ids) if (id % 3 === 0) table.markNamed(id as BundleId);
      for (const id of ids) if (id % 5 === 0) table.markNeeded(id as BundleId);
      table.markNamed(9001 as BundleId);
      const expected = ids.map((id) => ({ id, sizeBytes: id * 2, isNamed: id % 3 === 0, isNeeded: id % 5 === 0 }));
      expect([...table.entries()]).toEqual(expected);
      expect(table.sizeOf(other as BundleId)).toBe(ids.includes(other) ? other * 2 : undefined);
      expect(table.isNeeded(other as BundleId)).toBe(ids.includes(other) && other % 5 === 0);
    }),
    { numRuns: 50 },
  );
});
