/** Points in time as they are typed: a date, a date with a time, or how long ago. */
import { SharestrataError } from "../../core/errors.js";
import type { TimeNs } from "../../core/time.js";

const AGE = /^(\d{1,9})([smhdw])$/;
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Parses `2026-11-20` (its midnight), `2026-11-20T10:00`, `2026-11-20T10:00:00.1234567Z`, `…+01:00`, and ages such as
 * `90s`, `30m`, `12h`, `2d`, `3w`. What names no time zone is in the local one, as `ls -l` shows times.
 * @throws SharestrataError `USAGE`
 */
export function parseMoment(text: string, now: TimeNs): TimeNs {
  const moment = parseAge(text, now) ?? parseDate(text);
  if (moment !== undefined) return moment;
  throw new SharestrataError(
    "USAGE",
    `"${text}" is no time: write a date such as 2026-11-20 or 2026-11-20T10:00:00Z, or an age such as 12h or 2d.`,
  );
}

function parseAge(text: string, now: TimeNs): TimeNs | undefined {
  const [, count, unit] = AGE.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return (now - BigInt(count) * BigInt(SECONDS[unit as keyof typeof SECONDS]) * 1_000_000_000n) as TimeNs;
}

function parseDate(text: string): TimeNs | undefined {
  const [, year, month, day, time = "00:00", fraction = "", zone = ""] = DATE.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  // Date.parse takes the 30th of February for the 2nd of March.
  if (Number(day) !== new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate()) return undefined;
  const ms = Date.parse(`${year}-${month}-${day}T${time}${zone}`);
  return Number.isNaN(ms) ? undefined : ((BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"))) as TimeNs);
}
