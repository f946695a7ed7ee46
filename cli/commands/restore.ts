/** `sharestrata restore <address> --to DIR`: files of a snapshot back into a local folder. */
import { resolve } from "node:path";
import { formatAddress } from "../../core/address.js";
import { ERROR_CODES, SharestrataError } from "../../core/errors.js";
import type { RestoreResult } from "../../daemon/restore/restore.js";
import { command } from "../command.js";
import type { Context } from "../context.js";
import { addressArgument, openForReading } from "../open.js";
import { counted, formatBytes } from "../output/format.js";
import { passedOverJson, snapshotJson } from "../output/json.js";
import { tellPassedOver } from "../output/passed-over.js";
import { startProgress } from "../output/progress.js";

export const restore = command({
  usage: "restore <address>",
  summary: "put files of a snapshot back into a local folder",
  description:
    "Puts what an address names into DIR, which is made when missing: the contents of a directory directly into DIR, " +
    "a single file as DIR/NAME. Everything is verified. A file that is there already, with the same size and time, " +
    "is left alone; one that differs is reported and kept unless --overwrite is given. Nothing is ever deleted.",
  examples: [
    ["restore acme/docs --to /tmp/docs", "the newest snapshot as a whole"],
    ["restore acme/docs@latest~2:/reports --to /tmp/reports", "one folder, as it was three snapshots ago"],
    ["restore acme/docs@latest:/reports/may.pdf --to .", "one file, as ./may.pdf"],
  ],
  interrupted: "Files put back so far are whole; run the same command again for the rest.",
  options: (yargs) =>
    yargs
      .positional("address", { type: "string", demandOption: true, describe: "tenant/share[@snapshot][:path]" })
      .option("to", { type: "string", demandOption: true, requiresArg: true, describe: "local folder" })
      .option("overwrite", { type: "boolean", default: false, describe: "replace files that are there and differ" }),
  async run(context, { address: text, to, overwrite }) {
    const address = addressArgument(text);
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(to)) {
      throw new SharestrataError(
        "USAGE",
        `"${to}" is no local folder, and files can be put back into local folders only.`,
      );
    }
    const { io, options } = context;
    const { mountedShare } = await import("../../fs/mounted-share.js");
    const { BlobCache } = await import("../../fs/content/blob-cache.js");
    const opened = await openForReading(context, address.share);
    await using share = mountedShare({
      ...opened,
      cache: new BlobCache(),
      close: () => opened[Symbol.asyncDispose](),
    });
    const { locate } = await import("../../daemon/shares/select.js");
    const { restore: run } = await import("../../daemon/restore/restore.js");
    const located = locate(share.catalog, address);
    const target = resolve(io.cwd, to);
    const totalFiles = located.path.length === 0 ? located.snapshot.files : undefined;
    let result: RestoreResult;
    {
      using progress = await startProgress(io.stderr, { wanted: options.progress, quiet: options.quiet });
      const onProgress = ({ files, bytes }: { files: number; bytes: number }): void =>
        progress.update({ phase: "restoring", files, bytes, totalFiles });
      result = await run({
        ...located,
        content: share.content,
        metadata: share.metadata,
        target,
        overwrite,
        signal: io.signal,
        onProgress,
      });
    }
    tellPassedOver(context.output, result.passedOver, result.errors);
    const named = formatAddress({
      ...address,
      snapshot: { kind: "name", name: located.snapshot.name },
      path: located.path,
    });
    await tellResult(context, { address: named, target, snapshot: snapshotJson(located.snapshot) }, result);
    return result.errors > 0 ? ERROR_CODES.COMPLETED_WITH_ERRORS.exitStatus : 0;
  },
});

interface Told {
  readonly address: string;
  readonly target: string;
  readonly snapshot: Record<string, unknown>;
}

async function tellResult({ output }: Context, told: Told, result: RestoreResult): Promise<void> {
  const { passedOver, ...counts } = result;
  if (output.json) {
    await output.document({ ...told, ...counts, passedOver: passedOver.map(passedOverJson) });
    return;
  }
  if (output.quiet) return;
  const { files, bytes, unchanged, errors } = counts;
  const there = unchanged > 0 ? `, ${unchanged} of them there already` : "";
  const passed = errors > 0 ? `; ${errors} passed over` : "";
  await output.line(`${told.target}: ${counted(files, "file")}, ${formatBytes(bytes)}${there}${passed}`);
}
