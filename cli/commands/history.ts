/** `sharestrata history <address>`: every version of one file, through renames and moves, from the catalog alone. */
import type { HistoryVersion } from "../../catalog/node-history.js";
import { Pace } from "../../core/pace.js";
import { command } from "../command.js";
import { addressArgument, openForReading } from "../open.js";
import { changedBesidesName, changedSuffix, fullPath } from "../output/entry.js";
import { formatLocalTime, printable } from "../output/format.js";
import { entryJson } from "../output/json.js";
import type { Output } from "../output/output.js";

export const history = command({
  usage: "history <address>",
  summary: "show every version of a file, through renames and moves",
  description:
    "Shows every version of a file, folder or symbolic link that some snapshot has, newest first: the first and the last " +
    "snapshot that have it, size, local time, and how it came about: + created, M modified, R renamed or moved, and - for " +
    "the snapshot in which it was gone. Without a snapshot the path is looked up in the newest one that has it, so a " +
    "deleted file's history is found as well.",
  examples: [
    ["history acme/docs:/reports/may.pdf", "also when it was deleted long ago"],
    ["history acme/docs@2026-11-20T10-00-00Z:/a.txt", "of what had this path in that snapshot"],
  ],
  options: (yargs) =>
    yargs.positional("address", { type: "string", demandOption: true, describe: "tenant/share[@snapshot]:path" }),
  async run(context, { address: text }) {
    const address = addressArgument(text);
    await using share = await openForReading(context, address.share);
    const { locateLast } = await import("../../daemon/shares/select.js");
    const { nodeHistory } = await import("../../catalog/node-history.js");
    const { published, entry } = locateLast(share.catalog, address);
    const { signal } = context.io;
    for (const version of await nodeHistory(share.catalog, published, entry, new Pace(signal))) {
      signal.throwIfAborted();
      await tell(context.output, version);
    }
  },
});

async function tell(output: Output, version: HistoryVersion): Promise<void> {
  const { first, last, entry, path, removedIn } = version;
  if (output.json) return output.line(JSON.stringify(versionJson(version)));
  const show = (text: string): string => (output.isTerminal ? printable(text) : text);
  if (removedIn) await output.line(columns(removedIn.name, "-", "-", "-", `- ${show(fullPath(path, entry))}`));
  const time = formatLocalTime(entry.mtimeNs);
  return output.line(columns(first.name, last.name, String(entry.sizeBytes), time, changeText(version, show)));
}

/** Wide enough for names of snapshots, and for most sizes; a wider one moves what is behind it and nothing else. */
function columns(first: string, last: string, size: string, time: string, change: string): string {
  return `${first.padEnd(20)} ${last.padEnd(20)} ${size.padStart(12)} ${time.padEnd(16)} ${change}`;
}

function changeText({ change, entry, path }: HistoryVersion, show: (text: string) => string): string {
  const shown = show(fullPath(path, entry));
  switch (change.kind) {
    case "created":
      return `+ ${shown}`;
    case "modified":
      return `M ${shown}${changedSuffix(change.changed)}`;
    case "replaced":
      return `M ${shown}${changedSuffix(change.changed, ["replaced"])}`;
    case "renamed":
      return `R ${show(fullPath(change.from, entry))} -> ${shown}${changedSuffix(changedBesidesName(change.changed))}`;
  }
}

function versionJson({ first, last, entry, path, change, removedIn }: HistoryVersion): Record<string, unknown> {
  return {
    first: first.name,
    last: last.name,
    change: change.kind,
    ...entryJson(path, entry),
    contentId: entry.contentId,
    ...(change.kind !== "created" && { changed: change.changed }),
    ...(change.kind === "renamed" && { from: `/${change.from.join("/")}` }),
    ...(removedIn && { removedIn: removedIn.name }),
  };
}
