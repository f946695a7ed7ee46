import { describe, expect, it } from "vitest";
import type { SnapshotNumber } from "../../../core/ids.js";
import type { Snapshot } from "../../../core/snapshot.js";
import { parseTime, type TimeNs } from "../../../core/time.js";
import { decide, type RetentionPolicy } from "../../../daemon/retention/policy.js";
import { before, parseSpan } from "../../../daemon/retention/span.js";
import { snapshotOf } from "../../catalog/support/model.js";

const at = (text: string): TimeNs => parseTime(`${text}:00Z`) as TimeNs;

function snapshots(...times: readonly (string | readonly [string, ...string[]])[]): readonly Snapshot[] {
  return times.map((one, index) => {
    const [time, ...tags] = typeof one === "string" ? [one] : one;
    return { ...snapshotOf(index + 1), number: (index + 1) as SnapshotNumber, startedAt: at(time), tags };
  });
}

const kept = (all: readonly Snapshot[], policy: RetentionPolicy): readonly number[] =>
  decide(all, policy).flatMap(({ keep, snapshot }) => (keep ? [snapshot.number] : []));

describe("rules of retention", () => {
  it("keep everything when there are none, and say so", () => {
    const all = snapshots("2026-01-01T00:00", "2026-01-02T00:00");
    for (const policy of [{}, { last: 0, tags: [] }]) {
      expect(decide(all, policy).map(({ keep }) => keep)).toEqual([true, true]);
      expect(decide(all, policy)[0]?.reasons).toEqual(["no rule says what to keep, so everything is"]);
    }
  });

  it("keep the last ones", () => {
    const all = snapshots("2026-01-01T00:00", "2026-01-01T01:00", "2026-01-01T02:00");
    expect(kept(all, { last: 2 })).toEqual([2, 3]);
    expect(decide(all, { last: 2 }).map(({ reasons }) => reasons)).toEqual([
      ["no rule keeps it"],
      ["last, 2 of 2"],
      ["the newest: the next backup builds on it", "last, 1 of 2"],
    ]);
  });

  it("keep the newest of each period that has any, and count periods, not time", () => {
    const all = snapshots(
      "2026-01-01T05:00",
      "2026-01-01T09:00",
      "2026-03-01T01:00",
      "2026-03-01T23:59",
      "2026-03-09T00:00",
    );
    expect(kept(all, { daily: 2 })).toEqual([4, 5]);
    expect(kept(all, { hourly: 3 })).toEqual([3, 4, 5]);
    expect(kept(all, { monthly: 2 })).toEqual([2, 5]);
    // Fewer periods than wanted: the oldest waits for its turn.
    expect(kept(all, { daily: 9 })).toEqual([1, 2, 4, 5]);
    expect(kept(all, { yearly: 3 })).toEqual([1, 5]);
  });

  it("begin weeks on Monday, in UTC", () => {
    // A Sunday and the Monday after it.
    expect(kept(snapshots("2026-11-15T23:59", "2026-11-16T00:00"), { weekly: 1 })).toEqual([2]);
    expect(kept(snapshots("2026-11-14T12:00", "2026-11-15T23:59", "2026-11-16T00:00"), { weekly: 2 })).toEqual([2, 3]);
    expect(kept(snapshots("2026-11-16T00:00", "2026-11-18T23:59", "2026-11-22T23:59"), { weekly: 1 })).toEqual([3]);
  });

  it("keep what is younger than a span, seen from the newest snapshot", () => {
    const all = snapshots("2025-01-31T00:00", "2026-01-30T00:00", "2026-01-31T00:00");
    expect(kept(all, { within: parseSpan("1d") })).toEqual([3]);
    expect(kept(all, { within: parseSpan("25h") })).toEqual([2, 3]);
    expect(kept(all, { within: parseSpan("1y1h") })).toEqual([1, 2, 3]);
  });

  it("keep what has one of the tags", () => {
    const all = snapshots(
      ["2026-01-01T00:00", "a"],
      "2026-01-02T00:00",
      ["2026-01-03T00:00", "b", "c"],
      "2026-01-04T00:00",
    );
    expect(kept(all, { tags: ["c", "a"] })).toEqual([1, 3, 4]);
    expect(decide(all, { tags: ["c"] })[2]?.reasons).toEqual(["tagged c"]);
  });

  it("always keep the one that was published last, whatever its time", () => {
    const all = snapshots("2026-05-01T00:00", "2020-01-01T00:00");
    expect(kept(all, { last: 1 })).toEqual([1, 2]);
  });
});

describe("a span", () => {
  it("goes back by the calendar", () => {
    expect(before(at("2026-03-31T10:00"), parseSpan("1m"))).toBe(at("2026-02-28T10:00"));
    expect(before(at("2024-02-29T10:00"), parseSpan("1y"))).toBe(at("2023-02-28T10:00"));
    expect(before(at("2026-01-10T10:00"), parseSpan("2m2w"))).toBe(at("2025-10-27T10:00"));
  });

  it.each(["", "7", "d", "7d2w", "-1d", "1.5d", "1d "])("is not %j", (text) => {
    expect(() => parseSpan(text)).toThrow(/is no span of time/);
  });
});
