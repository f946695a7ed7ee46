/** `sharestrata report <address>`: what a snapshot is made of, from the catalog alone. */
import { dirname } from "node:path";
import { formatAddress } from "../../core/address.js";
import { SharestrataError } from "../../core/errors.js";
import type { SnapshotReport } from "../../catalog/analytics/report.js";
import { command } from "../command.js";
import type { Context } from "../context.js";
import { addressArgument, openForReading } from "../open.js";
import { startProgress } from "../output/progress.js";
import type { Located } from "../../daemon/shares/select.js";
import { reportJson } from "./report-json.js";
import { reportText } from "./report-text.js";

const MOST = 1000;

export const report = command({
  usage: "report <address>",
  summary: "tell what a snapshot is made of",
  description:
    "Tells what a snapshot holds, or a directory of it: types, sizes and ages of files, the largest files and " +
    "directories, duplicates, and how the share has grown. All of it is from the catalog: no file is read.",
  examples: [
    ["report acme/docs", "the newest snapshot"],
    ["report acme/docs@latest~7:/reports --top 20", "one folder, seven snapshots ago, more of everything"],
    ["report acme/docs --no-duplicates --json", "quicker, for a program"],
  ],
  options: (yargs) =>
    yargs
      .positional("address", { type: "string", demandOption: true, describe: "tenant/share[@snapshot][:path]" })
      .option("top", { type: "number", default: 10, requiresArg: true, describe: `how many of each (1 to ${MOST})` })
      .option("duplicates", {
        type: "boolean",
        default: true,
        describe: "look for duplicates; --no-duplicates leaves them out",
      }),
  async run(context, { address: text, top, duplicates }) {
    const address = addressArgument(text);
    if (!Number.isInteger(top) || top < 1 || top > MOST) {
      throw new SharestrataError("USAGE", `--top takes a whole number from 1 to ${MOST}.`);
    }
    await using share = await openForReading(context, address.share);
    const { locate } = await import("../../daemon/shares/select.js");
    const located = locate(share.catalog, address);
    const { snapshot, entry, path } = located;
    if (entry.kind !== "directory") {
      throw new SharestrataError(
        "USAGE",
        `${nameOf(address.share, located)} is a ${entry.kind}; a report is about a directory.`,
      );
    }
    const { reportOn } = await import("../../catalog/analytics/report.js");
    let found: SnapshotReport;
    {
      const { io, options } = context;
      using progress = await startProgress(io.stderr, { wanted: options.progress, quiet: options.quiet });
      const totalFiles = path.length === 0 ? snapshot.files : undefined;
      found = await reportOn(share.catalog, snapshot, entry.nodeId, {
        top,
        duplicatesIn: duplicates ? dirname(share.catalog.folder) : undefined,
        signal: io.signal,
        onProgress: (state) => progress.update({ ...state, totalFiles }),
      });
    }
    await tell(context, nameOf(address.share, located), located, found);
  },
});

async function tell({ output }: Context, name: string, located: Located, found: SnapshotReport): Promise<void> {
  if (output.json) await output.document({ address: name, ...reportJson(located.snapshot, located.path, found) });
  else await output.line(reportText(name, found, output.isTerminal));
}

function nameOf(share: Parameters<typeof formatAddress>[0]["share"], { snapshot, path }: Located): string {
  return formatAddress({ share, snapshot: { kind: "name", name: snapshot.name }, path });
}
