/**
 * Renaming a directory with very much beneath: what LMDB writes for it. Rows are counted as the difference in each table's
 * entries; rows that are replaced do not show there, but in the pages: LMDB writes no page in place, so the pages that are
 * not what they were are the pages written (for begin, apply and publish together).
 */
import { applySnapshot, type Contest } from "../support/contest.js";
import { changedPages, diskUsage, pageFingerprints, type DiskUsage } from "../support/disk-usage.js";
import { grouped, type Report } from "../support/report.js";
import { directoryRenamed, folderWith } from "../support/single-edits.js";
import type { TreeEdits } from "../support/tree-edits.js";
import type { TreeRegister } from "../support/tree-register.js";

const BENEATH = 1_000_000;

export async function measureRename(
  contest: Contest,
  report: Report,
  section: string,
  register: TreeRegister,
  edits: TreeEdits,
): Promise<void> {
  const folder = folderWith(BENEATH, register.largeFolders);
  if (!folder) {
    report.note(section, "rename of a large directory: skipped, the tree has none");
    return;
  }
  const before = [];
  for (const { folder: path } of contest.contestants) before.push(await stateOf(path));
  const batch = directoryRenamed(contest.catalog.live, edits.parentOf(folder.nodeId), folder.nodeId, edits);
  const clocks = await applySnapshot(contest, [batch]);
  for (const [index, { layout, folder: path }] of contest.contestants.entries()) {
    const [old, now] = [before[index], await stateOf(path)];
    if (!old) continue;
    report.note(
      section,
      `${layout}: rename of a directory with ${grouped(folder.beneath)} nodes beneath: ` +
        `${changedPages(old.pages, now.pages)} pages written, rows: ${rowDifference(old.usage, now.usage)}, ` +
        `${clocks[layout].ms.toFixed(1)} ms`,
    );
  }
}

async function stateOf(path: string): Promise<{ readonly pages: Uint32Array; readonly usage: DiskUsage }> {
  return { pages: pageFingerprints(path), usage: await diskUsage(path) };
}

function rowDifference(before: DiskUsage, after: DiskUsage): string {
  const rows = new Map(before.tables.map((table) => [table.name, table.rows]));
  const changes = after.tables.flatMap(({ name, rows: now }) => {
    const difference = now - (rows.get(name) ?? 0);
    return difference === 0 ? [] : [`${name} ${difference > 0 ? "+" : ""}${difference}`];
  });
  return changes.length === 0 ? "none more or fewer" : changes.join(", ");
}
