/** A first backup into empty catalogs: nodes a second, bytes a node, and a sample of nodes to read afterwards. */
import { applySnapshot, ratesOf, type Contest } from "../support/contest.js";
import type { UnversionedBatch } from "../support/batch-queue.js";
import { diskUsage } from "../support/disk-usage.js";
import type { Report } from "../support/report.js";
import { NodeSample, type Sample } from "../support/sample.js";

const TARGET_TIMES = 3;

export async function measureIngest(
  contest: Contest,
  report: Report,
  section: string,
  batches: Iterable<UnversionedBatch>,
  seed: number,
): Promise<Sample> {
  const sample = new NodeSample(seed);
  const clocks = await applySnapshot(contest, batches, (batch) => sample.offer(batch));
  report.rates.push({ section, measure: "ingest", unit: "nodes", ...ratesOf(clocks), target: TARGET_TIMES });
  return sample.drawn();
}

/** @param target bytes a live node the catalog may take at most */
export async function reportDisk(contest: Contest, report: Report, section: string, target?: number): Promise<void> {
  for (const { layout, folder, catalog } of contest.contestants) {
    const { files, directories } = catalog.totals();
    report.disks.push({
      section,
      layout,
      liveNodes: files + directories,
      usage: await diskUsage(folder),
      target: layout === "catalog" ? target : undefined,
    });
  }
}
