import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHECKPOINT_LIMITS, isCheckpointDue } from "../../../daemon/checkpoints/policy.js";

const { leastEntries, bytesPerEntry } = CHECKPOINT_LIMITS;
/** What an entry takes in all environments together. */
const ENTRY_BYTES = 200;
const GIB = 2 ** 30;

describe("a checkpoint", () => {
  it.each([
    ["is never due for a small share", { versions: leastEntries - 1, checkpointed: 0, catalogBytes: 1000 }, false],
    [
      "is due once a share is large",
      { versions: leastEntries, checkpointed: 0, catalogBytes: leastEntries * ENTRY_BYTES },
      true,
    ],
    ["is not due right after one", { versions: 9e6, checkpointed: 9e6, catalogBytes: GIB }, false],
    ["is not due when little is new", { versions: 20e6, checkpointed: 18.9e6, catalogBytes: 4 * GIB }, false],
    ["is due when a quarter is new", { versions: 20e6, checkpointed: 14.5e6, catalogBytes: 4e9 }, true],
    [
      "is due when one that was usable is none any more",
      { versions: 20e6, checkpointed: 0, catalogBytes: 4 * GIB },
      true,
    ],
  ])("%s", (_what, need, expected) => expect(isCheckpointDue(need)).toBe(expected));

  it("is due the sooner the less is in the last one: a share that is not due without one is not due with one", () => {
    const count = fc.nat(50_000_000);
    fc.assert(
      fc.property(count, count, fc.nat(8 * GIB), (versions, checkpointed, catalogBytes) => {
        const without = isCheckpointDue({ versions, checkpointed: 0, catalogBytes });
        expect(without || !isCheckpointDue({ versions, checkpointed, catalogBytes })).toBe(true);
      }),
    );
  });
});

it.each([
  ["growing by a thousandth a day", 100_000, 1.001],
  ["growing by a tenth a day", 2_000_000, 1.1],
  ["of which a hundredth changes each day", 100_000_000, 1],
])(
  "over the life of a share %s an entry costs what the rule allows, and a rebuild folds a bounded rest",
  (_what, first, growth) => {
    let [versions, checkpointed, written] = [first, 0, 0];
    for (let day = 0; day < 1000 && versions < 1e10; day++) {
      const catalogBytes = versions * ENTRY_BYTES;
      if (isCheckpointDue({ versions, checkpointed, catalogBytes })) {
        written += catalogBytes;
        checkpointed = versions;
      }
      expect(versions - checkpointed).toBeLessThan(Math.max(leastEntries, catalogBytes / bytesPerEntry));
      versions = Math.ceil(versions * growth + first / 100);
    }
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThanOrEqual(checkpointed * bytesPerEntry);
  },
);
