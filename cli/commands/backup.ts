/** `sharestrata backup <share>`: one backup, from source to published snapshot. */
import { systemClock } from "../../core/clock.js";
import { ERROR_CODES } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import type { BackupCounters } from "../../core/snapshot.js";
import type { BackupProgress } from "../../daemon/backup/counters.js";
import type { BackupResult } from "../../daemon/backup/run-backup.js";
import { tagsOf } from "../arguments/retention.js";
import { command } from "../command.js";
import type { Context } from "../context.js";
import { configuredShare, type ConfiguredShare, openOptions } from "../open.js";
import { counted, formatBytes, formatDuration } from "../output/format.js";
import { passedOverJson, snapshotJson } from "../output/json.js";
import { tellPassedOver } from "../output/passed-over.js";
import { startProgress } from "../output/progress.js";

export const backup = command({
  usage: "backup <share>",
  summary: "back a share up",
  description:
    "Makes a snapshot of a share: reads what changed since the last one, stores it, publishes the snapshot. " +
    "A file that cannot be read is reported and keeps its previous version; the status is 3 then.",
  examples: [
    ["backup acme/docs", "with progress on a terminal"],
    ["backup acme/docs --tag release", "a snapshot that rules of retention can name"],
    ["backup acme/docs --json", "the result as JSON, for scripts"],
  ],
  repeatable: ["tag"],
  interrupted: "No snapshot was made; the next backup takes up where this one stopped.",
  options: (yargs) =>
    yargs
      .positional("share", { type: "string", demandOption: true, describe: "tenant/share" })
      .option("tag", { type: "string", requiresArg: true, describe: "give the snapshot this tag; may be repeated" }),
  async run(context, { share, tag }) {
    const tags = tagsOf(tag);
    const configured = await configuredShare(context, share);
    const result = await runWithProgress(context, configured, tags);
    const { snapshot, passedOver } = result;
    tellPassedOver(context.output, passedOver, snapshot.counters.errors);
    await tellResult(context, configured, result);
    return snapshot.counters.errors > 0 ? ERROR_CODES.COMPLETED_WITH_ERRORS.exitStatus : 0;
  },
});

async function runWithProgress(
  context: Context,
  { config, share }: ConfiguredShare,
  tags: readonly string[],
): Promise<BackupResult> {
  const { io, logger, options } = context;
  const { openShareWriter } = await import("../../daemon/shares/open-share.js");
  const { openShareSource } = await import("../../daemon/shares/open-source.js");
  const { runBackup } = await import("../../daemon/backup/run-backup.js");
  await using opened = await openShareWriter(config, share, await openOptions(context));
  const { ServiceStatus } = await import("../../daemon/sources/service-status.js");
  const status = new ServiceStatus();
  const source = await openShareSource(share, { env: io.env, logger, status, backupsOf: opened.store });
  // What the last snapshot held is the best guess of what there is to look at.
  const totalFiles = opened.catalog.snapshots().at(-1)?.files;
  const shown = { wanted: options.progress, quiet: options.quiet, note: () => status.text };
  using progress = await startProgress(io.stderr, shown);
  const onProgress = ({ phase, counters }: BackupProgress): void =>
    progress.update({ phase, files: counters.files, bytes: counters.bytes, totalFiles });
  return await runBackup({
    ...opened,
    share: share.name,
    tags,
    source,
    clock: systemClock,
    logger,
    signal: io.signal,
    onProgress,
  });
}

async function tellResult({ output }: Context, { share }: ConfiguredShare, result: BackupResult): Promise<void> {
  const { snapshot, passedOver } = result;
  const name = formatShareName(share.name);
  if (output.json) {
    await output.document({
      share: name,
      snapshot: snapshotJson(snapshot),
      consistent: snapshot.consistent,
      passedOver: passedOver.map(passedOverJson),
    });
    return;
  }
  if (output.quiet) return;
  const { files, directories, bytes, counters } = snapshot;
  const took = formatDuration(Number((snapshot.finishedAt - snapshot.startedAt) / 1_000_000n));
  await output.line(
    `${name}@${snapshot.name}: ${counted(files, "file")}, ${counted(directories, "folder")}, ${formatBytes(bytes)}, in ${took}`,
  );
  await output.line(changesText(counters));
}

function changesText(counters: BackupCounters): string {
  const { added, modified, renamed, deleted, errors, bytesRead, bytesStored } = counters;
  const changes = `${added} added, ${modified} modified, ${renamed} renamed, ${deleted} deleted`;
  const passed = errors > 0 ? `, ${errors} passed over` : "";
  return `${changes}${passed}; ${formatBytes(bytesRead)} read, ${formatBytes(bytesStored)} stored`;
}
