/** `sharestrata prune <share>`: removes snapshots that no rule keeps, and what nothing needs any more. */
import { formatShareName } from "../../core/names.js";
import type { PruneProgress, PruneResult } from "../../daemon/prune/prune.js";
import type { RetentionDecision } from "../../daemon/retention/policy.js";
import { parsePercentage } from "../arguments/percentage.js";
import { parseRetention, retentionOptions, type RetentionArguments } from "../arguments/retention.js";
import { command } from "../command.js";
import type { Context } from "../context.js";
import { configuredShare, type ConfiguredShare, openOptions } from "../open.js";
import { counted, formatBytes, formatLocalTime } from "../output/format.js";
import { startProgress } from "../output/progress.js";
import { left, plainTable } from "../output/table.js";

interface PruneArguments extends RetentionArguments {
  readonly share: string;
  readonly dryRun?: boolean | undefined;
  readonly rewriteBelow?: string | undefined;
}

export const prune = command({
  usage: "prune <share>",
  summary: "remove snapshots that no rule keeps",
  description:
    "Removes the snapshots that no rule keeps, and from the store what no snapshot and no running backup needs. The rules are those " +
    "given here, or else those of the configuration (retention:); without any every snapshot stays, and only garbage goes. The " +
    "newest snapshot always stays. It may run beside backups and mounts and be stopped at any moment.",
  examples: [
    ["prune acme/docs --dry-run", "what would go, and why the rest stays"],
    ["prune acme/docs --keep-daily 7 --keep-weekly 5 --keep-monthly 12", "with rules of its own"],
  ],
  repeatable: ["keep-tag"],
  interrupted: "Whatever is half done the next prune completes.",
  options: (yargs) =>
    retentionOptions(yargs.positional("share", { type: "string", demandOption: true, describe: "tenant/share" }))
      .option("dry-run", { type: "boolean", alias: "n", describe: "only tell what would be done" })
      .option("rewrite-below", {
        type: "string",
        requiresArg: true,
        describe: "rewrite bundles of which less than this is needed (default: 50%)",
      }),
  run: (context, args: PruneArguments) => runPrune(context, args),
});

async function runPrune(context: Context, args: PruneArguments): Promise<void> {
  const given = await parseRetention(args);
  const rewriteBelow =
    args.rewriteBelow === undefined ? undefined : parsePercentage("rewrite-below", args.rewriteBelow) / 1_000_000;
  const configured = await configuredShare(context, args.share);
  const { io, logger, options } = context;
  const { openShareWriter } = await import("../../daemon/shares/open-share.js");
  const { prune: run } = await import("../../daemon/prune/prune.js");
  await using opened = await openShareWriter(configured.config, configured.share, await openOptions(context));
  let result: PruneResult;
  {
    using progress = await startProgress(io.stderr, { wanted: options.progress, quiet: options.quiet });
    result = await run({
      ...opened,
      policy: given ?? configured.share.retention,
      dryRun: args.dryRun === true,
      rewriteBelow,
      logger,
      signal: io.signal,
      onProgress: ({ phase, objects, total }: PruneProgress) =>
        progress.update({ phase, files: objects, totalFiles: total, bytes: 0, unit: "objects" }),
    });
  }
  await tellResult(context, configured, result, args.dryRun === true);
}

async function tellResult(
  { output }: Context,
  { share }: ConfiguredShare,
  result: PruneResult,
  dryRun: boolean,
): Promise<void> {
  const name = formatShareName(share.name);
  const { decisions, record, dead, rewritten, deleted, waiting } = result;
  if (output.json) {
    await output.document({
      share: name,
      dryRun,
      snapshots: decisions.map(({ snapshot, keep, reasons }) => ({
        name: snapshot.name,
        id: snapshot.number,
        tags: snapshot.tags,
        keep,
        reasons,
      })),
      record: record ?? null,
      dead,
      rewritten,
      deleted,
      waiting: waiting ?? null,
    });
    return;
  }
  if (output.quiet) return;
  if (decisions.length > 0) await output.line(decisionTable(decisions));
  const removed = decisions.filter(({ keep }) => !keep).length;
  const would = dryRun ? "would be " : "";
  await output.line(
    `${name}: ${counted(removed, "snapshot")} ${would}removed, ${decisions.length - removed} kept; ` +
      (dryRun
        ? `${amountText(dead)} would be deleted`
        : `${amountText(deleted)} deleted${waiting === undefined ? "" : `, of ${amountText(dead)}`}`),
  );
  if (rewritten.objects > 0) {
    const kept = formatBytes(rewritten.carriedBytes);
    const bundles = counted(rewritten.objects, "bundle");
    await output.line(`${bundles} of ${formatBytes(rewritten.bytes)} ${would}rewritten to ${kept}`);
  }
  if (waiting !== undefined) output.note(WAITING[waiting]);
}

const WAITING = {
  "backup running": "A backup is running that may need what nothing else needs: the next prune deletes the rest.",
  "catalog busy":
    "A backup of this machine is running, and the catalog learns of the prune when it has ended: the next prune deletes the rest.",
} as const satisfies Record<NonNullable<PruneResult["waiting"]>, string>;

function amountText({ objects, bytes }: PruneResult["dead"]): string {
  return `${counted(objects, "object")} (${formatBytes(bytes)})`;
}

const COLUMNS = ["Snapshot", "Made", "Tags", "", "Why"].map(left);

function decisionTable(decisions: readonly RetentionDecision[]): string {
  const rows = decisions.map(({ snapshot, keep, reasons }) => [
    snapshot.name,
    formatLocalTime(snapshot.startedAt),
    snapshot.tags.join(", "),
    keep ? "keep" : "remove",
    reasons.join("; "),
  ]);
  return plainTable(COLUMNS, rows);
}
