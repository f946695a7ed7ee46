/** `sharestrata catalog rebuild <share>`: a catalog from the store alone, put in the place of the one that is there. */
import { formatShareName } from "../../core/names.js";
import type { RebuiltCatalog } from "../../daemon/shares/rebuild-catalog.js";
import type { BuildProgress } from "../../daemon/shares/build-catalog.js";
import { command } from "../command.js";
import type { Context } from "../context.js";
import { configuredShare, type ConfiguredShare, openOptions } from "../open.js";
import { counted, formatDuration } from "../output/format.js";
import { type ProgressState, startProgress } from "../output/progress.js";

const MIB = 2 ** 20;

interface RebuildArguments {
  readonly share: string;
  readonly fromSegments?: boolean | undefined;
}

export const catalogRebuild = command({
  usage: "catalog rebuild <share>",
  summary: "build a catalog anew from the store",
  description:
    "Builds the catalog of a share from the store alone, beside the one that is there, and puts it in its place once " +
    "it is whole: also where the catalog is damaged or missing. It begins with the newest checkpoint in the store " +
    "that verifies and folds the snapshots behind it. A running backup is not disturbed: the share is busy then.",
  examples: [
    ["catalog rebuild acme/docs", "from a checkpoint, where there is one"],
    ["catalog rebuild acme/docs --from-segments", "from the journals of all backups"],
  ],
  interrupted: "The catalog is what it was before.",
  options: (yargs) =>
    yargs
      .positional("share", { type: "string", demandOption: true, describe: "tenant/share" })
      .option("from-segments", { type: "boolean", default: false, describe: "pass checkpoints over" }),
  async run(context, { share: text, fromSegments = false }: RebuildArguments) {
    const configured = await configuredShare(context, text);
    const startedAt = performance.now();
    const rebuilt = await rebuildWithProgress(context, configured, fromSegments);
    await tell(context, configured, rebuilt, Math.round(performance.now() - startedAt));
  },
});

async function rebuildWithProgress(
  context: Context,
  { config, share }: ConfiguredShare,
  fromSegments: boolean,
): Promise<RebuiltCatalog> {
  const { io, options } = context;
  const { rebuildCatalog } = await import("../../daemon/shares/rebuild-catalog.js");
  using progress = await startProgress(io.stderr, { wanted: options.progress, quiet: options.quiet });
  let total = 0;
  return await rebuildCatalog(config, share, {
    ...(await openOptions(context)),
    fromSegments,
    onSnapshots: (count) => (total = count),
    onProgress: (now) => progress.update(stateOf(now, total)),
  });
}

function stateOf(now: BuildProgress, totalSnapshots: number): ProgressState {
  if (now.phase === "fetching") {
    const [files, totalFiles] = [now.bytes, now.totalBytes].map((bytes) => Math.ceil(bytes / MIB));
    return { phase: "checkpoint", files: files ?? 0, totalFiles, unit: "MiB", bytes: now.bytes };
  }
  const { snapshots, segments, entries, bytes } = now;
  const phase = `${snapshots} of up to ${counted(totalSnapshots, "snapshot")}, ${counted(segments, "segment")}`;
  return { phase, files: entries, unit: "entries", bytes };
}

async function tell(
  { output }: Context,
  { share }: ConfiguredShare,
  { before, checkpoint, snapshots, folded }: RebuiltCatalog,
  durationMs: number,
): Promise<void> {
  const name = formatShareName(share.name);
  if (output.json) {
    return output.document({ share: name, before, checkpoint: checkpoint ?? null, snapshots, folded, durationMs });
  }
  if (output.quiet) return;
  const parts = [
    ...(checkpoint === undefined ? [] : [`the checkpoint of snapshot ${checkpoint}`]),
    `${counted(folded.segments, "segment")} of ${counted(folded.snapshots, "snapshot")}`,
  ];
  await output.line(`${name}: catalog built from ${parts.join(" and ")}, in ${formatDuration(durationMs)}`);
}
