/** What to keep, as it is typed: `--keep-daily 7 --keep-within 14d --keep-tag release`. */
import type { Argv } from "yargs";
import { SharestrataError } from "../../core/errors.js";
import { tagProblem } from "../../core/names.js";
import type { RetentionPolicy } from "../../daemon/retention/policy.js";

const COUNTS = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;

export type RetentionArguments = Readonly<Record<string, unknown>>;

export function retentionOptions<T>(yargs: Argv<T>): Argv<T> {
  const periods = { last: "", hourly: "hours", daily: "days", weekly: "weeks", monthly: "months", yearly: "years" };
  for (const rule of COUNTS) {
    const what = rule === "last" ? "keep the newest N" : `keep the newest of each of the last N ${periods[rule]}`;
    yargs.option(`keep-${rule}`, { type: "string", requiresArg: true, describe: what });
  }
  return yargs
    .option("keep-within", { type: "string", requiresArg: true, describe: "keep what is younger: 14d, 1y6m, 36h" })
    .option("keep-tag", {
      type: "string",
      requiresArg: true,
      describe: "keep what has this tag; may be repeated",
    });
}

/**
 * @returns undefined when nothing of it was given
 * @throws SharestrataError `USAGE`
 */
export async function parseRetention(args: RetentionArguments): Promise<RetentionPolicy | undefined> {
  const { parseSpan } = await import("../../daemon/retention/span.js");
  const policy: { -readonly [K in keyof RetentionPolicy]: RetentionPolicy[K] } = {};
  for (const rule of COUNTS) {
    const text = given(args, rule);
    if (text !== undefined) policy[rule] = parseCount(`keep-${rule}`, text);
  }
  const within = given(args, "within");
  if (within !== undefined) policy.within = parseSpan(within);
  const tags = tagsOf(args["keepTag"]);
  if (tags.length > 0) policy.tags = tags;
  return Object.keys(policy).length > 0 ? policy : undefined;
}

/** @param value tags with commas between them @throws SharestrataError `USAGE` */
export function tagsOf(value: unknown): readonly string[] {
  const tags = typeof value === "string" ? value.split(",") : [];
  for (const tag of tags) {
    const problem = tagProblem(tag);
    if (problem !== undefined) throw new SharestrataError("USAGE", `${problem}.`);
  }
  return [...new Set(tags)].toSorted();
}

function given(args: RetentionArguments, rule: string): string | undefined {
  const value = args[`keep${rule.charAt(0).toUpperCase()}${rule.slice(1)}`];
  return typeof value === "string" ? value : undefined;
}

function parseCount(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new SharestrataError("USAGE", `--${option}: "${text}" is not a number of snapshots: write one from 1.`);
}
