/** Further backups, each of a slightly changed tree: how fast their changes are applied and what the history takes. */
import { applySnapshot, newClocks, ratesOf, type Contest } from "../support/contest.js";
import type { Report } from "../support/report.js";
import type { TreeEdits } from "../support/tree-edits.js";

export async function measureSnapshots(
  contest: Contest,
  report: Report,
  section: string,
  edits: TreeEdits,
  snapshots: number,
): Promise<void> {
  const sums = newClocks();
  for (let snapshot = 2; snapshot <= snapshots + 1; snapshot++) {
    const clocks = await applySnapshot(contest, edits.edits(snapshot));
    for (const { layout } of contest.contestants) sums[layout].add(clocks[layout].count, clocks[layout].ms);
  }
  report.rates.push({ section, measure: "changes applied", unit: "changes", ...ratesOf(sums) });
  report.note(section, `${sums.catalog.count} changes in ${snapshots} snapshots`);
}
