import fc from "fast-check";
import { expect, it } from "vitest";
import type { SnapshotNumber } from "../../../core/ids.js";
import type { Snapshot } from "../../../core/snapshot.js";
import { timeFromMs, timeToMs } from "../../../core/time.js";
import { decide, type RetentionPolicy } from "../../../daemon/retention/policy.js";
import { parseSpan } from "../../../daemon/retention/span.js";
import { snapshotOf } from "../../catalog/support/model.js";

const snapshots: fc.Arbitrary<readonly Snapshot[]> = fc
  .array(fc.record({ hours: fc.nat(20_000), tag: fc.constantFrom("", "", "a", "b") }), { minLength: 1, maxLength: 40 })
  .map((all) =>
    all
      .toSorted((a, b) => a.hours - b.hours)
      .map(({ hours, tag }, index) => ({
        ...snapshotOf(index + 1),
        number: (index + 1) as SnapshotNumber,
        startedAt: timeFromMs(Date.UTC(2026, 0, 1) + hours * 3_600_000),
        tags: tag === "" ? [] : [tag],
      })),
  );
const count = fc.nat(8);
const policy: fc.Arbitrary<RetentionPolicy> = fc.record(
  {
    last: count,
    hourly: count,
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    within: fc.constantFrom("1d", "3m", "1y").map(parseSpan),
    tags: fc.subarray(["a", "b"]),
  },
  { requiredKeys: [] },
);

const keptOf = (all: readonly Snapshot[], rules: RetentionPolicy): readonly Snapshot[] =>
  decide(all, rules).flatMap(({ keep, snapshot }) => (keep ? [snapshot] : []));

it("every snapshot has a decision with a reason, and the newest stays", () => {
  fc.assert(
    fc.property(snapshots, policy, (all, rules) => {
      const decisions = decide(all, rules);
      expect(decisions.map(({ snapshot }) => snapshot)).toEqual(all);
      for (const { reasons } of decisions) expect(reasons.length).toBeGreaterThan(0);
      expect(decisions.at(-1)?.keep).toBe(true);
    }),
  );
});

it("deciding again about what was kept keeps all of it", () => {
  fc.assert(
    fc.property(snapshots, policy, (all, rules) => {
      const kept = keptOf(all, rules);
      expect(keptOf(kept, rules)).toEqual(kept);
    }),
  );
});

it("a further rule never removes what is kept without it", () => {
  fc.assert(
    fc.property(snapshots, policy, policy, (all, rules, more) => {
      const alone = new Set(keptOf(all, { last: 1, ...rules }));
      const both = new Set(keptOf(all, { last: 1, ...more, ...rules }));
      for (const one of alone) expect(both.has(one)).toBe(true);
    }),
  );
});

it("by days, it is the newest of so many days, and the oldest where there are fewer", () => {
  fc.assert(
    fc.property(snapshots, fc.integer({ min: 1, max: 10 }), (all, daily) => {
      const dayOf = ({ startedAt }: Snapshot): number => Math.floor(timeToMs(startedAt) / 86_400_000);
      const days = [...new Set(all.map(dayOf))].toReversed();
      const expected = new Set(days.slice(0, daily).map((day) => all.findLast((one) => dayOf(one) === day)));
      if (days.length < daily) expected.add(all[0]);
      expect(new Set(keptOf(all, { daily }))).toEqual(expected);
    }),
  );
});
