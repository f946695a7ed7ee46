import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOST_SLOTS, nodeNumber, numberedNode } from "../../fs/node-number.js";
import { codeOf } from "./support/unmounted.js";

const numbered = fc.record({
  isDirectory: fc.boolean(),
  slot: fc.integer({ min: 0, max: MOST_SLOTS - 1 }),
  snapshot: fc.integer({ min: 0, max: 2 ** 17 - 1 }),
  node: fc.integer({ min: 0, max: 2 ** 34 - 1 }),
});

describe("node numbers", () => {
  it("say what they were made of", () => {
    fc.assert(
      fc.property(numbered, (node) => {
        expect(numberedNode(nodeNumber(node))).toEqual(node);
      }),
    );
  });

  it("fit 64 bits, and 53 in the first two shares", () => {
    fc.assert(
      fc.property(numbered, (node) => {
        const { high, low } = nodeNumber(node);
        expect(high).toBe(high >>> 0);
        expect(low).toBe(low >>> 0);
        if (node.slot < 2) expect(high * 2 ** 32 + low).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
      }),
    );
  });

  it("are refused to what does not fit, rather than given twice", async () => {
    const most = { isDirectory: false, slot: 0, snapshot: 1, node: 1 };
    expect(await codeOf(() => nodeNumber({ ...most, slot: MOST_SLOTS }))).toBe("EOVERFLOW");
    expect(await codeOf(() => nodeNumber({ ...most, snapshot: 2 ** 17 }))).toBe("EOVERFLOW");
    expect(await codeOf(() => nodeNumber({ ...most, node: 2 ** 34 }))).toBe("EOVERFLOW");
  });
});
