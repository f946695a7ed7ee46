/** `sharestrata verify <address>`: whether what the store has of a share is whole, and which files it hurts where it is not. */
import { type Address, formatAddress } from "../../core/address.js";
import { ERROR_CODES, SharestrataError } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import type { VerifyProgress, VerifyResult } from "../../daemon/verify/verify.js";
import { parsePercentage } from "../arguments/percentage.js";
import { command } from "../command.js";
import type { Context } from "../context.js";
import { addressArgument, configuredShare, openOptions } from "../open.js";
import { type ProgressState, startProgress } from "../output/progress.js";
import { VerifyReport } from "./verify-report.js";
import { samplingOf } from "./verify-sampling.js";
import { compareWithSource } from "./verify-source.js";

interface VerifyArguments {
  readonly address: string;
  readonly readData?: string | undefined;
  readonly againstSource?: string | undefined;
}

export const verify = command({
  usage: "verify <address>",
  summary: "prove that what the store holds is whole",
  description:
    "Proves that what a store has of a share is whole: every manifest and segment is read and verified, and every object " +
    "that a snapshot needs is there with the right size. With --read-data the bytes are read, too, and each blob is compared " +
    "with its SHA-256; --read-data=5% reads another twentieth each time, so that twenty runs read everything. Whatever is " +
    "damaged is named, with every file and snapshot that it hurts; the status is 14 then. The next backup stores again what is still on the share. " +
    "With --against-source the newest snapshot, or the one named, is compared with the source as it is now, file by file: of what " +
    "has not changed since, every byte must be the same; --against-source=5% compares another twentieth of the files each time.",
  examples: [
    ["verify acme/docs", "all snapshots, without reading contents"],
    ["verify acme/docs --read-data=5%", "and a twentieth of the contents, each time the next"],
    ["verify acme/docs@latest --read-data", "every byte that the newest snapshot needs"],
    ["verify acme/docs --against-source", "and whether the share has the same bytes"],
  ],
  interrupted: "Nothing was changed; a sample is read again by the next run.",
  optionalValues: { "read-data": "100%", "against-source": "100%" },
  options: (yargs) =>
    yargs
      .positional("address", { type: "string", demandOption: true, describe: "tenant/share[@snapshot]" })
      .option("read-data", { type: "string", describe: "read contents as well; =N% of them, each time the next" })
      .option("against-source", {
        type: "string",
        describe: "compare with the source as well; =N% of the files, each time the next",
      }),
  run: (context, args: VerifyArguments) => runVerify(context, args),
});

async function runVerify(context: Context, argv: VerifyArguments): Promise<number> {
  const { address: text, readData, againstSource } = argv;
  const address = addressArgument(text);
  const width = readData === undefined ? undefined : parsePercentage("read-data", readData);
  const compared = againstSource === undefined ? undefined : parsePercentage("against-source", againstSource);
  for (const percentage of [width, compared]) refuse(address, percentage);
  const { io } = context;
  const configured = await configuredShare(context, formatShareName(address.share));
  const { openForVerify } = await import("../../daemon/verify/open-for-verify.js");
  await using opened = await openForVerify(configured.config, configured.share, await openOptions(context));
  const { store, catalog, foreign, reason } = opened;
  if (!catalog && address.snapshot) throw reason ?? new SharestrataError("INTERNAL", "There is no catalog.");
  const { findSnapshot } = await import("../../daemon/shares/select.js");
  const snapshot = address.snapshot && catalog && findSnapshot(address.share, catalog.snapshots(), address.snapshot);
  const { stateFolders } = await import("../../daemon/shares/state-folders.js");
  const folders = stateFolders(configured.config, address.share);
  const sampling = width === undefined ? undefined : await samplingOf(folders.verifyPosition, width);
  const report = new VerifyReport(context.output, { snapshot, reason });
  const { verify: run } = await import("../../daemon/verify/verify.js");
  let result: VerifyResult;
  {
    using progress = await startProgress(io.stderr, { wanted: context.options.progress, quiet: context.options.quiet });
    result = await run({
      store,
      catalog,
      foreign,
      snapshot: snapshot?.number,
      sample: sampling?.sample,
      signal: io.signal,
      onFinding: (finding) => report.finding(finding),
      onHarm: (harm) => report.harm(harm),
      onProgress: (now) => progress.update(stateOf(now)),
    });
  }
  await sampling?.finish();
  const source =
    compared === undefined
      ? undefined
      : await compareWithSource(context, configured, opened, report, { snapshot, width: compared });
  const { keepLosses } = await import("../../daemon/shares/losses-file.js");
  const isAll = !snapshot && catalog !== undefined && width === 1_000_000;
  const { Losses } = await import("../../daemon/backup/losses.js");
  const differing = new Losses({ contents: source?.result.lost ?? [] });
  await keepLosses(folders.losses, result.lost.and(differing), isAll);
  const path = snapshot ? { kind: "name" as const, name: snapshot.name } : undefined;
  await report.result(formatAddress({ ...address, snapshot: path }), result, width, source);
  if (result.damagedObjects > 0 || (source?.result.differing ?? 0) > 0) return ERROR_CODES.DAMAGED.exitStatus;
  return (source?.result.passedOver ?? 0) > 0 ? ERROR_CODES.COMPLETED_WITH_ERRORS.exitStatus : 0;
}

function refuse(address: Address, width: number | undefined): void {
  if (address.path !== undefined) {
    throw new SharestrataError("USAGE", "Snapshots are verified as a whole: leave the path out.");
  }
  if (address.snapshot && width !== undefined && width < 1_000_000) {
    throw new SharestrataError("USAGE", "A sample is one of all snapshots: leave the snapshot out, or the percentage.");
  }
}

function stateOf({ phase, done, total, bytes }: VerifyProgress): ProgressState {
  const unit = phase === "searching" ? "damaged files" : phase === "entries" ? "entries" : "objects";
  return { phase, files: done, totalFiles: total, bytes, unit };
}
