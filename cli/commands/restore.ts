/** `sharestrata restore <address>`: files of a snapshot back into a folder, or to where they came from. */
import { fileURLToPath } from "node:url";
import { formatAddress } from "../../core/address.js";
import { ERROR_CODES, SharestrataError } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import type { Snapshot } from "../../core/snapshot.js";
import { OVERWRITE, type Overwrite } from "../../daemon/restore/plan.js";
import type { TargetSpec } from "../../daemon/restore/open-target.js";
import type { RestoreResult } from "../../daemon/restore/restore.js";
import type { RestoreProgress } from "../../daemon/restore/tally.js";
import type { ServiceStatus } from "../../daemon/sources/service-status.js";
import type { ShareStore } from "../../store/share-store.js";
import { parseGlobs } from "../arguments/globs.js";
import { type RestorePlace, restorePlace } from "../arguments/restore-place.js";
import { command } from "../command.js";
import type { Context } from "../context.js";
import { addressArgument, configuredShare, type ConfiguredShare, openOptions } from "../open.js";
import { tellPassedOver } from "../output/passed-over.js";
import { startProgress } from "../output/progress.js";
import { tellResult, tellStep } from "./restore-report.js";

/** As yargs leaves them: dashed names in camel case. */
interface RestoreArguments {
  readonly address: string;
  readonly to?: string | undefined;
  readonly inPlace?: boolean | undefined;
  readonly overwrite: string;
  readonly delete: boolean;
  readonly dryRun?: boolean | undefined;
  readonly include?: string | undefined;
  readonly exclude?: string | undefined;
  readonly parallel?: number | undefined;
  readonly createShare?: boolean | undefined;
}

export const restore = command({
  usage: "restore <address>",
  summary: "put files of a snapshot back",
  description:
    "Puts what an address names into a folder: the contents of a directory directly into it, a single file as FOLDER/NAME. The path " +
    'may be a glob, as for find: "*" is any run of characters within a name, "**" any number of folders. Everything is ' +
    "verified. What is there already stays, and is reported where it differs, unless --overwrite says otherwise; nothing " +
    "is deleted without --delete. A restore that was cut off is completed by the same command.",
  examples: [
    ["restore acme/docs --to /tmp/docs", "the newest snapshot as a whole"],
    ["restore acme/docs@latest~2:/reports --to /tmp/reports", "one folder, as it was three snapshots ago"],
    ["restore 'acme/docs:/reports/**/*.pdf' --to .", "what a glob matches"],
    ["restore acme/docs@latest~1 --in-place --overwrite --delete --dry-run", "what it takes to go back to yesterday"],
  ],
  optionalValues: { overwrite: "if-different" },
  optionalWords: { overwrite: OVERWRITE },
  repeatable: ["include", "exclude"],
  interrupted: "What is put back so far is whole; run the same command again for the rest.",
  options: (yargs) =>
    yargs
      .positional("address", { type: "string", demandOption: true, describe: "tenant/share[@snapshot][:path]" })
      .option("to", {
        type: "string",
        requiresArg: true,
        describe: "folder, made when missing; or azure-files://ACCOUNT/SHARE[/PATH]",
      })
      .option("in-place", { type: "boolean", describe: "back to where it was backed up from" })
      .option("overwrite", {
        type: "string",
        default: "never",
        describe:
          "never; if-different (what it means alone): what differs by size, time or attributes is made equal; always: bytes are compared too",
      })
      .option("delete", {
        type: "boolean",
        default: false,
        describe: "delete from the folder what the snapshot does not have",
      })
      .option("dry-run", { type: "boolean", alias: "n", describe: "only tell what would be done" })
      .option("include", {
        type: "string",
        requiresArg: true,
        describe: "only what this GLOB matches, may be repeated",
      })
      .option("exclude", { type: "string", requiresArg: true, describe: "not what this GLOB matches, may be repeated" })
      .option("create-share", { type: "boolean", describe: "make the Azure Files share when it is missing" })
      .option("parallel", { type: "number", requiresArg: true, describe: "files at the same time (default: 8)" }),
  run: (context, args: RestoreArguments) => runRestore(context, args),
});

async function runRestore(context: Context, args: RestoreArguments): Promise<number> {
  const address = addressArgument(args.address);
  const overwrite = overwriteOf(args.overwrite);
  const concurrency = parallelOf(args.parallel);
  const globs = { include: parseGlobs("include", args.include), exclude: parseGlobs("exclude", args.exclude) };
  const { io, options, output } = context;
  const configured = await configuredShare(context, formatShareName(address.share));
  restorePlace(args, configured.share.source, [], io.cwd);
  const { openShareReader } = await import("../../daemon/shares/open-share.js");
  const { mountedShare } = await import("../../fs/mounted-share.js");
  const { BlobCache } = await import("../../fs/content/blob-cache.js");
  const opened = await openShareReader(configured.config, configured.share, await openOptions(context));
  await using share = mountedShare({ ...opened, cache: new BlobCache(), close: () => opened[Symbol.asyncDispose]() });
  const { choose } = await import("../../daemon/restore/choose.js");
  const { measure } = await import("../../daemon/restore/measure.js");
  const { restore: run } = await import("../../daemon/restore/restore.js");
  const { view, entry, path, snapshot, selection } = choose(share.catalog, address, globs);
  const total = await measure(view, entry, path, selection, io.signal);
  if (!selection.isWhole && total.files + total.directories === 0) {
    throw new SharestrataError("PATH_UNKNOWN", `Nothing in the snapshot ${snapshot.name} is what the globs say.`);
  }
  const place = restorePlace(
    args,
    configured.share.source,
    entry.kind === "directory" ? path : path.slice(0, -1),
    io.cwd,
  );
  const { ServiceStatus } = await import("../../daemon/sources/service-status.js");
  const status = new ServiceStatus();
  await using target = await targetAt(
    context,
    configured,
    place,
    args.createShare ? { like: snapshot.shareProperties } : undefined,
    status,
  );
  const unseen = args.delete ? await unseenIn(opened.store, snapshot, io.signal) : [];
  const dryRun = args.dryRun === true;
  let result: RestoreResult;
  {
    const shown = { wanted: options.progress, quiet: options.quiet || dryRun, note: () => status.text };
    using progress = await startProgress(io.stderr, shown);
    result = await run({
      view,
      entry,
      path,
      selection,
      content: share.content,
      metadata: share.metadata,
      target,
      overwrite,
      delete: args.delete,
      unseen,
      ownsTop: place.isSource || (path.length === 0 && place.isShare),
      dryRun,
      concurrency,
      signal: io.signal,
      onProgress: ({ files, bytes }: RestoreProgress) =>
        progress.update({ phase: "restoring", files, bytes, totalFiles: total.files, totalBytes: total.bytes }),
      onStep: dryRun ? (step) => tellStep(output, step) : undefined,
    });
  }
  tellPassedOver(output, result.passedOver, result.errors);
  const named = formatAddress({ ...address, snapshot: { kind: "name", name: snapshot.name }, path });
  await tellResult(output, { address: named, target: target.name, snapshot, dryRun }, result);
  return result.errors > 0 ? ERROR_CODES.COMPLETED_WITH_ERRORS.exitStatus : 0;
}

/**
 * What the backup has passed over: the snapshot does not say whether it should be there.
 * @throws SharestrataError `DELETE_REFUSED` when not all of it is known by name
 */
async function unseenIn(
  store: ShareStore,
  { name, number }: Pick<Snapshot, "name" | "number">,
  signal: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  const { passedOver, counters } = (await store.readManifest(number, { signal })).manifest;
  if (counters.errors > passedOver.length) {
    const message = `The backup ${name} passed over ${counters.errors} files and folders, more than it could name, so --delete might delete what nobody has: nothing was done.`;
    throw new SharestrataError("DELETE_REFUSED", message);
  }
  return passedOver.map(({ path }) => path);
}

async function targetAt(
  { io, logger }: Context,
  { config, share }: ConfiguredShare,
  place: RestorePlace,
  create: TargetSpec["create"],
  status: ServiceStatus,
) {
  const { openTarget } = await import("../../daemon/restore/open-target.js");
  const { targetSpec } = await import("../../daemon/restore/target-settings.js");
  const stores = [share, ...config.shares].map(({ store }) => store).filter((store) => store.startsWith("file:"));
  const protect = [config.stateDir, ...new Set(stores.map((store) => fileURLToPath(store)))];
  const spec = await targetSpec(config, share, place, io.env);
  return openTarget({ ...spec, within: place.within, create }, { logger, status, protect });
}

/** @throws SharestrataError `USAGE` */
function overwriteOf(text: string): Overwrite {
  const found = OVERWRITE.find((word) => word === text);
  if (found) return found;
  throw new SharestrataError("USAGE", `--overwrite cannot be "${text}": it takes one of ${OVERWRITE.join(", ")}.`);
}

const MOST_PARALLEL = 256;

/** @throws SharestrataError `USAGE` */
function parallelOf(given: number | undefined): number | undefined {
  if (given === undefined || (Number.isInteger(given) && given >= 1 && given <= MOST_PARALLEL)) return given;
  throw new SharestrataError("USAGE", `--parallel takes a whole number from 1 to ${MOST_PARALLEL}.`);
}
