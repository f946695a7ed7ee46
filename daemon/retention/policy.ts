/**
 * Which snapshots stay and which go: a pure function from snapshots and rules to a decision with its reasons for each. Every rule
 * keeps snapshots, none removes any: what no rule keeps goes. No clock is asked: rules count back from the newest snapshot, so that
 * a share whose backups have stopped does not lose what it has.
 */
import type { Snapshot } from "../../core/snapshot.js";
import { timeToMs } from "../../core/time.js";
import { before, type Span } from "./span.js";

/** Counts: of how many periods that have a snapshot the newest one is kept. A rule that is absent or 0 keeps nothing. */
export interface RetentionPolicy {
  /** The newest snapshots. */
  readonly last?: number | undefined;
  readonly hourly?: number | undefined;
  readonly daily?: number | undefined;
  /** Weeks begin on Monday. */
  readonly weekly?: number | undefined;
  readonly monthly?: number | undefined;
  readonly yearly?: number | undefined;
  /** All that are younger than this, seen from the newest snapshot. */
  readonly within?: Span | undefined;
  /** All that have one of these tags. */
  readonly tags?: readonly string[] | undefined;
}

export interface RetentionDecision {
  readonly snapshot: Snapshot;
  readonly keep: boolean;
  /** At least one. Of what is kept each rule that keeps it, such as `daily, 3 of 7`. */
  readonly reasons: readonly string[];
}

const NEWEST = "the newest: the next backup builds on it";
const NO_POLICY = "no rule says what to keep, so everything is";
const NOT_KEPT = "no rule keeps it";

export function isEmptyPolicy({ within, tags, ...counts }: RetentionPolicy): boolean {
  return (
    Object.values(counts).every((count) => (count ?? 0) === 0) && within === undefined && (tags ?? []).length === 0
  );
}

/**
 * Snapshots that could not read every file count like others: what they have may be in no other. A snapshot's time is when it was
 * begun, and periods are those of UTC, so that the same rules say the same on every machine.
 * @param snapshots oldest first, as they were published
 * @returns in the same order. The newest is always kept; without any rule everything is
 */
export function decide(snapshots: readonly Snapshot[], policy: RetentionPolicy): readonly RetentionDecision[] {
  if (isEmptyPolicy(policy)) return snapshots.map((snapshot) => ({ snapshot, keep: true, reasons: [NO_POLICY] }));
  const reasons = new Map<Snapshot, string[]>(snapshots.map((snapshot) => [snapshot, []]));
  const keep = (snapshot: Snapshot | undefined, reason: string): void =>
    void (snapshot && reasons.get(snapshot)?.push(reason));
  keep(snapshots.at(-1), NEWEST);
  for (const [rule, periodOf] of PERIODS) {
    for (const [snapshot, reason] of newestOfPeriods(snapshots, policy[rule] ?? 0, rule, periodOf))
      keep(snapshot, reason);
  }
  const { within, tags = [] } = policy;
  const newest = snapshots.at(-1);
  if (within && newest) {
    const bound = before(newest.startedAt, within);
    for (const snapshot of snapshots)
      if (snapshot.startedAt > bound) keep(snapshot, `within ${within.text} of the newest`);
  }
  for (const snapshot of snapshots) {
    const found = snapshot.tags.filter((tag) => tags.includes(tag));
    if (found.length > 0) keep(snapshot, `tagged ${found.join(", ")}`);
  }
  return snapshots.map((snapshot) => {
    const found = reasons.get(snapshot) ?? [];
    return { snapshot, keep: found.length > 0, reasons: found.length > 0 ? found : [NOT_KEPT] };
  });
}

/** The period that a snapshot falls into, as a number or text that no other period has. */
type PeriodOf = (date: Date, index: number) => number | string;

const DAY_MS = 86_400_000;
/** 1 January 1970 was a Thursday. */
const DAYS_FROM_MONDAY = 3;

const PERIODS: readonly (readonly ["last" | "hourly" | "daily" | "weekly" | "monthly" | "yearly", PeriodOf])[] = [
  ["last", (_date, index) => index],
  ["hourly", (date) => Math.floor(date.getTime() / 3_600_000)],
  ["daily", (date) => Math.floor(date.getTime() / DAY_MS)],
  ["weekly", (date) => Math.floor((Math.floor(date.getTime() / DAY_MS) + DAYS_FROM_MONDAY) / 7)],
  ["monthly", (date) => `${date.getUTCFullYear()}-${date.getUTCMonth()}`],
  ["yearly", (date) => date.getUTCFullYear()],
];

/**
 * The newest of each period, for as many periods as wanted, from the newest back. Where there are fewer, the oldest snapshot of all is kept
 * as well: it is what the rule would keep until enough periods have passed.
 */
function* newestOfPeriods(
  snapshots: readonly Snapshot[],
  wanted: number,
  rule: string,
  periodOf: PeriodOf,
): Generator<readonly [Snapshot, string]> {
  let found = 0;
  let last: number | string | undefined;
  for (const [index, snapshot] of newestFirst(snapshots).entries()) {
    if (found >= wanted) return;
    const period = periodOf(new Date(timeToMs(snapshot.startedAt)), index);
    const isOldest = index === snapshots.length - 1;
    if (period === last && !isOldest) continue;
    if (period !== last) found++;
    yield [snapshot, period === last ? `${rule}, the oldest there is` : `${rule}, ${found} of ${wanted}`];
    last = period;
  }
}

/** By the time they were begun: a clock may have been set back. Of equal times the later number is the newer. */
function newestFirst(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  return snapshots.toSorted((a, b) =>
    a.startedAt === b.startedAt ? b.number - a.number : a.startedAt < b.startedAt ? 1 : -1,
  );
}
