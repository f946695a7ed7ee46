import fc from "fast-check";
import { expect, it } from "vitest";
import { formatTime, parseTime, timeFromMs, timeToMs, type TimeNs } from "../../core/time.js";

it("keeps every digit the service writes", () => {
  expect(parseTime("2026-11-20T10:00:00.1234567Z")).toBe(1_795_168_800_123_456_700n);
  expect(formatTime(1_795_168_800_123_456_700n as TimeNs, 7)).toBe("2026-11-20T10:00:00.1234567Z");
});

it("reads what it writes, to the nanosecond, before 1970 as well", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 61n), max: 2n ** 62n }), (ns) => {
      expect(parseTime(formatTime(ns as TimeNs, 9))).toBe(ns);
    }),
  );
});

it.each([
  "",
  "2026-11-20",
  "2026-11-20T10:00:00",
  "2026-11-20T10:00:00+01:00",
  "2026-13-01T00:00:00Z",
  "2026-11-20T10:00:00.1234567890Z",
])("does not take %j for a time", (text) => expect(parseTime(text)).toBeUndefined());

it("goes to milliseconds and back", () => {
  expect(timeToMs(timeFromMs(1_700_000_000_123))).toBe(1_700_000_000_123);
});
