import fc from "fast-check";
import { expect, it } from "vitest";
import type { NodeId } from "../../../core/ids.js";
import { NodeSet } from "../../../daemon/backup/node-set.js";

it("has exactly what was added, across the whole range of ids", () => {
  const id = fc.oneof(fc.nat({ max: 10_000 }), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.array(id), fc.array(id), (added, asked) => {
      const set = new NodeSet();
      for (const node of added) set.add(node as NodeId);
      for (const node of [...added, ...asked]) expect(set.has(node as NodeId)).toBe(added.includes(node));
    }),
  );
});

it("tells what it has, ascending", () => {
  const set = new NodeSet();
  for (const id of [9_007_199_254_740_991, 4096, 3, 4095, 70_000]) set.add(id as NodeId);
  expect([...set.all()]).toEqual([3, 4095, 4096, 70_000, 9_007_199_254_740_991]);
});
