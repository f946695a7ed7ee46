/** diff(A, B) where one thing has changed in a large tree, in both directions. */
import { setImmediate } from "node:timers/promises";
import type { SnapshotNumber } from "../../core/ids.js";
import { diffTrees } from "../../catalog/diff.js";
import { applySnapshot, type Contest } from "../support/contest.js";
import type { Random } from "../support/random.js";
import type { Report } from "../support/report.js";
import { oneFileChanged } from "../support/single-edits.js";
import type { TreeEdits } from "../support/tree-edits.js";
import type { TreeRegister } from "../support/tree-register.js";

/** The last published snapshot is compared with the one before, whatever its change was. */
export async function measureDiff(contest: Contest, report: Report, section: string, what: string): Promise<void> {
  const last = contest.catalog.snapshots().at(-1)?.number ?? 0;
  const [a, b] = [last - 1, last].map((number) => contest.catalog.view(number as SnapshotNumber));
  if (!a || !b) return;
  for (const [direction, from, to] of [
    ["forward", a, b],
    ["backward", b, a],
  ] as const) {
    await setImmediate();
    const start = performance.now();
    const kinds = Array.from(diffTrees(from, to), ({ kind }) => kind);
    const ms = performance.now() - start;
    contest.watch.sample();
    report.note(section, `diff of ${what}, ${direction}: ${ms.toFixed(1)} ms, told: ${kinds.join(", ")}`);
  }
}

export async function changeOneFile(
  contest: Contest,
  register: TreeRegister,
  edits: Pick<TreeEdits, "sourceIdOf">,
  random: Random,
): Promise<void> {
  await applySnapshot(contest, [oneFileChanged(contest.catalog.live, register, edits, random)]);
}
