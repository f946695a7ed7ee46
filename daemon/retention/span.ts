/** Spans of time by the calendar, as people write them: `1y6m`, `14d`, `36h`. */
import { SharestrataError } from "../../core/errors.js";
import { timeFromMs, timeToMs, type TimeNs } from "../../core/time.js";

export interface Span {
  readonly years: number;
  readonly months: number;
  readonly weeks: number;
  readonly days: number;
  readonly hours: number;
  /** As it was written. */
  readonly text: string;
}

const SPAN = /^(?=\d)(?:(\d{1,4})y)?(?:(\d{1,5})m)?(?:(\d{1,5})w)?(?:(\d{1,6})d)?(?:(\d{1,7})h)?$/;

/** Why a text is no span, or undefined when it is one. */
export function spanProblem(text: string): string | undefined {
  return SPAN.test(text)
    ? undefined
    : "is no span of time: write years, months, weeks, days and hours such as 1y6m, 2w or 36h";
}

/** @throws SharestrataError `USAGE` */
export function parseSpan(text: string): Span {
  const found = SPAN.exec(text);
  if (!found) throw new SharestrataError("USAGE", `"${text}" ${spanProblem(text)}.`);
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0] = found.slice(1).map((digits) => Number(digits ?? 0));
  return { years, months, weeks, days, hours, text };
}

/** The moment so long before another, in UTC. The last day of a month stands for days that it does not have. */
export function before(time: TimeNs, { years, months, weeks, days, hours }: Span): TimeNs {
  const date = new Date(timeToMs(time));
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCFullYear(date.getUTCFullYear() - years);
  date.setUTCMonth(date.getUTCMonth() - months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return timeFromMs(date.getTime() - ((weeks * 7 + days) * 24 + hours) * 3_600_000);
}
