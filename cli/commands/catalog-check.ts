/** `sharestrata catalog check <share>`: whether a share's catalog is sound. It is read, never repaired or built anew. */
import type { CatalogProblem, CheckCounts } from "../../catalog/check/problem.js";
import { ERROR_CODES } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import { command } from "../command.js";
import { configuredShare } from "../open.js";
import { formatBytes, formatCount, printable } from "../output/format.js";
import { startProgress } from "../output/progress.js";

export const catalogCheck = command({
  usage: "catalog check <share>",
  summary: "check whether a share's catalog is sound",
  description:
    "Reads everything in the catalog and tells what does not fit together, a line each. Nothing is changed, the store is " +
    "not asked, and a backup may run meanwhile. The status is 0 when the catalog is sound and 14 when it is damaged: " +
    "then build it anew from the store with catalog rebuild.",
  examples: [["catalog check acme/docs", "after a power failure, or when a disk is in doubt"]],
  options: (yargs) => yargs.positional("share", { type: "string", demandOption: true, describe: "tenant/share" }),
  async run(context, { share: text }) {
    const { io, options, output } = context;
    const { config, share } = await configuredShare(context, text);
    const { stateFolders } = await import("../../daemon/shares/state-folders.js");
    const { CatalogCheck } = await import("../../catalog/check/catalog-check.js");
    const name = formatShareName(share.name);
    using progress = await startProgress(io.stderr, { wanted: options.progress, quiet: options.quiet });
    const check = new CatalogCheck(stateFolders(config, share.name).catalog, {
      signal: io.signal,
      onProgress: () => progress.update({ files: check.counts.entries, bytes: check.counts.bytes, phase: "checking" }),
    });
    for await (const problem of check.run()) await output.line(output.json ? JSON.stringify(problem) : textOf(problem));
    const { counts } = check;
    await output.line(output.json ? JSON.stringify(summaryOf(name, counts)) : closing(name, counts));
    return counts.problems === 0 ? 0 : ERROR_CODES.DAMAGED.exitStatus;
  },
});

function textOf({ where, message }: CatalogProblem): string {
  return printable(`${where}: ${message}`);
}

function summaryOf(share: string, counts: CheckCounts): unknown {
  return { share, sound: counts.problems === 0, ...counts };
}

function closing(share: string, { problems, entries, snapshots, bytes }: CheckCounts): string {
  const seen = `${formatCount(entries)} entries in ${formatCount(snapshots)} ${snapshots === 1 ? "snapshot" : "snapshots"}, ${formatBytes(bytes)}`;
  if (problems === 0) return `${share}: sound (${seen})`;
  const count = `${formatCount(problems)} ${problems === 1 ? "problem" : "problems"}`;
  return `${share}: ${count} (${seen}). Build it anew from the store: sharestrata catalog rebuild ${share}`;
}
