/**
 * The catalog beside the naive layout (support/naive-catalog.ts), on one generated tree, in one run. It asks only what
 * catalog/catalog.ts promises, so it judges any layout behind that interface. Time to generate is not in any figure:
 * pieces of work are made ready before the clock runs (support/contest.ts). Prints Markdown for docs/benchmarks.md.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCatalog } from "../catalog/lmdb-catalog.js";
import { measureCompare } from "./sections/compare.js";
import { changeOneFile, measureDiff } from "./sections/diffs.js";
import { measureIngest, reportDisk } from "./sections/ingest.js";
import { measureReads } from "./sections/reads.js";
import { measureRename } from "./sections/renames.js";
import { measureReport } from "./sections/report.js";
import { measureSnapshots } from "./sections/snapshots.js";
import type { Contest, Contestant } from "./support/contest.js";
import { flatDirectory } from "./support/flat-directory.js";
import { machineLine } from "./support/machine.js";
import { MemoryWatch } from "./support/memory-watch.js";
import { openNaiveCatalog } from "./support/naive-catalog.js";
import { parseOptions, USAGE, type BenchOptions } from "./support/options.js";
import { Random } from "./support/random.js";
import { grouped, Report } from "./support/report.js";
import { stillThere } from "./support/sample.js";
import { TreeEdits } from "./support/tree-edits.js";
import { TreeGenerator } from "./support/tree-generator.js";

const BYTES_AFTER_INGEST = 50;
const BYTES_AFTER_SNAPSHOTS = 55;

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  if (!options) {
    console.log(USAGE);
    return;
  }
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), "sharestrata-bench-"));
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  const report = new Report(machineLine(folder), ["npm run bench:catalog --", ...args].join(" "));
  try {
    if (options.nodes > 0) await benchTree(options, join(folder, "tree"), report);
    if (options.flat > 0) await benchFlat(options, join(folder, "flat"), report);
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
  console.log(options.json ? report.toJson() : report.toMarkdown());
}

async function benchTree(options: BenchOptions, folder: string, report: Report): Promise<void> {
  const { nodes, seed, snapshots, sourceIds } = options;
  const section = report.open(`A tree of ${grouped(nodes)} nodes${sourceIds ? " with identities" : ""}`);
  await withContest(options, folder, async (contest) => {
    const generator = new TreeGenerator({ nodes, seed, sourceIds });
    progress("ingest");
    const sample = await measureIngest(contest, report, section, generator.batches(), seed);
    await reportDisk(contest, report, section, BYTES_AFTER_INGEST);
    progress("reads");
    await measureReads(contest, report, section, sample);
    progress("compare");
    await measureCompare(contest, report, section, new TreeGenerator({ nodes, seed, sourceIds }).batches());
    recordMemory(contest, report, section);
    progress("report");
    await measureReport(contest, report, section);

    const edits = new TreeEdits(generator, contest.catalog, seed, sourceIds);
    if (snapshots > 0) {
      const later = report.open(`The tree after ${snapshots} further snapshots`);
      progress("snapshots");
      await measureSnapshots(contest, report, later, edits, snapshots);
      await reportDisk(contest, report, later, BYTES_AFTER_SNAPSHOTS);
      await measureReads(contest, report, later, stillThere(sample, contest.catalog.live));
      recordMemory(contest, report, later);
    }
    const single = report.open("One change in the large tree");
    progress("one change");
    await changeOneFile(contest, generator.register, edits, new Random(seed, 9));
    await measureDiff(contest, report, single, "one file changed");
    await measureRename(contest, report, single, generator.register, edits);
    await measureDiff(contest, report, single, "that rename");
    recordMemory(contest, report, single);
  });
}

async function benchFlat(options: BenchOptions, folder: string, report: Report): Promise<void> {
  const { flat, seed } = options;
  const section = report.open(`One directory of ${grouped(flat)} files`);
  await withContest(options, folder, async (contest) => {
    progress("flat directory");
    const sample = await measureIngest(contest, report, section, flatDirectory(flat, seed), seed);
    await measureReads(contest, report, section, sample);
    await measureCompare(contest, report, section, flatDirectory(flat, seed));
    await reportDisk(contest, report, section, BYTES_AFTER_INGEST);
    recordMemory(contest, report, section);
  });
}

async function withContest(
  { naive }: BenchOptions,
  folder: string,
  run: (contest: Contest) => Promise<void>,
): Promise<void> {
  const [own, other] = [join(folder, "catalog"), join(folder, "naive")];
  using watch = new MemoryWatch();
  await using catalog = openCatalog(own);
  const judged: Contestant = { layout: "catalog", folder: own, catalog };
  if (!naive) {
    await run({ catalog, contestants: [judged], watch });
    return;
  }
  await using comparison = openNaiveCatalog(other);
  const beside: Contestant = { layout: "naive", folder: other, catalog: comparison };
  await run({ catalog, contestants: [judged, beside], watch });
}

function recordMemory({ watch }: Contest, report: Report, section: string): void {
  report.memory.push({ section, peaks: watch.take() });
}

function progress(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}

await main(process.argv.slice(2));
