/** `sharestrata snapshots <share>`: what there is to go back to. */
import { parseShareName, formatShareName } from "../../core/names.js";
import type { Snapshot } from "../../core/snapshot.js";
import { command } from "../command.js";
import { openForReading } from "../open.js";
import { formatBytes, formatCount, formatLocalTime } from "../output/format.js";
import { snapshotJson } from "../output/json.js";
import { left, plainTable, right } from "../output/table.js";

export const snapshots = command({
  usage: "snapshots <share>",
  summary: "list the snapshots of a share",
  description:
    "Lists the snapshots of a share, oldest first: the last one is what @latest means. Of one that was read live, and not from a " +
    "frozen state of the source, two files may be of different moments.",
  examples: [
    ["snapshots acme/docs", "when each was made, and what it holds"],
    ["snapshots acme/docs --json | jq -r '.snapshots[-1].name'", "the newest one's name"],
  ],
  options: (yargs) => yargs.positional("share", { type: "string", demandOption: true, describe: "tenant/share" }),
  async run(context, { share: text }) {
    const { output } = context;
    const name = parseShareName(text);
    await using share = await openForReading(context, name);
    const found = share.catalog.snapshots();
    if (output.json) {
      await output.document({ share: formatShareName(name), snapshots: found.map(snapshotJson) });
    } else if (found.length === 0) {
      output.note(`${formatShareName(name)} has no snapshot yet: run sharestrata backup ${formatShareName(name)}.`);
    } else {
      await output.line(snapshotTable(found));
    }
  },
});

const COLUMNS = [
  left("Snapshot"),
  left("Made"),
  ...["Files", "Folders", "Size", "Added", "Modified", "Renamed", "Deleted"].map(right),
  left("Status"),
  left("Tags"),
];

function snapshotTable(found: readonly Snapshot[]): string {
  const rows = found.map((snapshot) => {
    const { name, startedAt, files, directories, bytes, counters, tags } = snapshot;
    const { added, modified, renamed, deleted } = counters;
    const counts = [files, directories].map(formatCount);
    const changes = [added, modified, renamed, deleted].map(formatCount);
    const verdict = verdictOf(snapshot);
    return [name, formatLocalTime(startedAt), ...counts, formatBytes(bytes), ...changes, verdict, tags.join(", ")];
  });
  return plainTable(COLUMNS, rows);
}

function verdictOf({ status, consistent, counters }: Snapshot): string {
  const verdict = status === "complete" ? "complete" : `${formatCount(counters.errors)} passed over`;
  return consistent === false ? `${verdict}, read live` : verdict;
}
