/** The built command killed by the system dozens of times. */
import { beforeEach, expect, it } from "vitest";
import { strikeAll } from "../../end-to-end/support/strikes.js";
import { requireCapability } from "../../support/requires.js";

beforeEach((ctx) => requireCapability(ctx, "diff", "linux"));

it.each([21, 22])(
  "whatever is killed, published snapshots stay as they are and the next backup completes (seed %i)",
  async (seed) => {
    const report = await strikeAll({ seed, files: 1500, kills: 5, rounds: 1, readsBack: true });
    expect(report.kills).toBeGreaterThan(3);
    expect(report.snapshots).toBeGreaterThan(1);
  },
);
