// Owns how a test run is judged and told: what counts as failed, and the list of skipped tests with their reasons.
// A pure function of what the reporter collected, so that the rules themselves have tests.

/** One thing that took place in a run and counts. */
export type Outcome =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly title: string; readonly reason: string }
  | { readonly kind: "skipped"; readonly title: string; readonly reason: string | undefined };

export interface Summary {
  /** What to print above the last line: failures nobody else has shown, then skipped tests grouped by reason. */
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Judges a run. A skip without a reason is a failure, since nobody can tell whether it is still right; with
 * `forbidSkips`, so is every other skip.
 */
export function summarise(outcomes: readonly Outcome[], { forbidSkips }: { readonly forbidSkips: boolean }): Summary {
  const lines: string[] = [];
  const titlesByReason = new Map<string, string[]>();
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const fail = (title: string, reason: string): void => {
    failed++;
    lines.push(`FAILED ${title}`, ...reason.split("\n").map((line) => `       ${line}`));
  };
  for (const outcome of outcomes) {
    switch (outcome.kind) {
      case "passed":
        passed++;
        break;
      case "failed":
        fail(outcome.title, outcome.reason);
        break;
      case "skipped":
        if (outcome.reason === undefined || outcome.reason.trim() === "") {
          fail(outcome.title, "skipped without a reason; say ctx.skip(reason), or requireCapability");
        } else if (forbidSkips) {
          fail(outcome.title, `skipped, and skipping is forbidden here: ${outcome.reason}`);
        } else {
          skipped++;
          titlesByReason.set(outcome.reason, [...(titlesByReason.get(outcome.reason) ?? []), outcome.title]);
        }
    }
  }
  if (titlesByReason.size > 0) lines.push("", "Skipped, and why:");
  for (const [reason, titles] of titlesByReason) lines.push(`  ${reason}`, ...titles.map((title) => `    ${title}`));
  return { lines: lines.length > 0 ? [...lines, ""] : [], passed, failed, skipped };
}
