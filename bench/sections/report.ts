/** `sharestrata report` on the newest snapshot: how fast the tree is told about, and in how much memory. */
import { dirname } from "node:path";
import { reportOn } from "../../catalog/analytics/report.js";
import { ROOT_NODE } from "../../core/ids.js";
import { Clock, collectYoung, type Contest } from "../support/contest.js";
import { MemoryWatch } from "../support/memory-watch.js";
import { grouped, megabytes, type Report } from "../support/report.js";

const TOP = 10;

export async function measureReport({ catalog }: Contest, report: Report, section: string): Promise<void> {
  const snapshot = catalog.snapshots().at(-1);
  if (!snapshot) return;
  for (const [measure, duplicatesIn] of [
    ["report without duplicates", undefined],
    ["report", dirname(catalog.folder)],
  ] as const) {
    collectYoung();
    using watch = new MemoryWatch();
    const clock = new Clock();
    const start = performance.now();
    const onProgress = (): void => watch.sample();
    const { totals, duplicates } = await reportOn(catalog, snapshot, ROOT_NODE, { top: TOP, duplicatesIn, onProgress });
    clock.add(totals.files + totals.directories + totals.symlinks, performance.now() - start);
    report.rates.push({ section, measure, unit: "entries", catalog: clock.perSecond, naive: undefined });
    const { heapBytes, externalBytes, anonymousBytes } = watch.take();
    const spilled = duplicates ? `, ${grouped(duplicates.spilledBytes)} bytes on disk meanwhile` : "";
    report.note(
      section,
      `${measure}: most heap ${megabytes(heapBytes)} MB, buffers ${megabytes(externalBytes)} MB, ` +
        `RSS that is no file ${megabytes(anonymousBytes)} MB${spilled}`,
    );
  }
}
