import { describe, expect, it } from "vitest";
import { parseMoment } from "../../../cli/arguments/moment.js";
import { parseSizeRange } from "../../../cli/arguments/size-range.js";
import { formatTime, parseTime, type TimeNs } from "../../../core/time.js";

const now = parseTime("2026-11-20T10:00:00Z") ?? (0n as TimeNs);
const moment = (text: string): string => formatTime(parseMoment(text, now), 9);

describe("a time", () => {
  it.each([
    ["90s", "2026-11-20T09:58:30.000000000Z"],
    ["30m", "2026-11-20T09:30:00.000000000Z"],
    ["12h", "2026-11-19T22:00:00.000000000Z"],
    ["2d", "2026-11-18T10:00:00.000000000Z"],
    ["3w", "2026-10-30T10:00:00.000000000Z"],
    ["2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000000000Z"],
    ["2026-11-20 10:00+01:00", "2026-11-20T09:00:00.000000000Z"],
    ["2026-11-20T10:00:00.1234567Z", "2026-11-20T10:00:00.123456700Z"],
    ["1960-01-01T00:00:00.5Z", "1960-01-01T00:00:00.500000000Z"],
  ])("may be written as %s", (text, expected) => expect(moment(text)).toBe(expected));

  it("that names no zone is local", () => {
    const local = (...parts: [number, number, number, number]): string =>
      `${new Date(...parts).toISOString().slice(0, -1)}000000Z`;
    expect(moment("2026-11-20")).toBe(local(2026, 10, 20, 0));
    expect(moment("2026-07-20T10:00")).toBe(local(2026, 6, 20, 10));
  });

  it.each(["", "yesterday", "2d12h", "-2d", "2026-11", "2026-02-30", "2026-13-01", "2026-11-20T25:00", "20/11/2026"])(
    "is not %j",
    (text) => expect(() => parseMoment(text, now)).toThrow(/is no time: write a date such as/),
  );
});

describe("a size", () => {
  it.each([
    ["100", [100, 100]],
    ["+10M", [10 * 1024 ** 2 + 1, Infinity]],
    ["-4k", [0, 4095]],
    ["2T", [2 * 1024 ** 4, 2 * 1024 ** 4]],
    ["+1K,-1g", [1025, 1024 ** 3 - 1]],
    ["-1,+0", [1, 0]],
  ])("may be written as %s", (text, [least, most]) => expect(parseSizeRange(text)).toEqual({ least, most }));

  it.each(["", "M", "10X", "1.5M", "+-1", "1,,2", "1 M", "99999999999T"])("is not %j", (text) =>
    expect(() => parseSizeRange(text)).toThrow(/is no size: write 100/),
  );
});
