import { hash } from "node:crypto";
import { expect, it } from "vitest";
import type { NodeId } from "../../../core/ids.js";
import { HashedNodes } from "../../../daemon/restore/hashed-nodes.js";

const hashOf = (text: string): Buffer => hash("sha256", text, "buffer");

it("gives each node as often as it is to be taken, however many come and go", () => {
  const nodes = new HashedNodes();
  const expected = new Map<string, { node: NodeId; left: number }>();
  let state = 7;
  const random = (below: number): number => (state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647) % below;
  let wrong = 0;
  for (let step = 0; step < 40_000; step++) {
    const id = String(random(6000));
    const known = expected.get(id);
    if (nodes.take(hashOf(id)) !== known?.node) wrong++;
    if (!known) {
      const node = (2 ** 40 + step) as NodeId;
      const left = 1 + random(3);
      expected.set(id, { node, left });
      nodes.set(hashOf(id), node, left);
    } else if (--known.left === 0) expected.delete(id);
    if (nodes.size !== expected.size) wrong++;
  }
  expect(wrong).toBe(0);
  expect(expected.size).toBeGreaterThan(2000);
});
