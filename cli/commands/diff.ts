/** `sharestrata diff`: what changed between two snapshots, from the catalog alone and as it is found. */
import type { Difference } from "../../catalog/diff.js";
import { type Address, formatAddress } from "../../core/address.js";
import { SharestrataError } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import { Pace } from "../../core/pace.js";
import type { locate as locateIn } from "../../daemon/shares/select.js";
import { command } from "../command.js";
import { addressArgument, openForReading } from "../open.js";
import { changedBesidesName, changedSuffix } from "../output/entry.js";
import { formatBytes, formatCount, printable } from "../output/format.js";
import type { Output } from "../output/output.js";
import { differenceJson, type DiffStat, emptyStat, statJson, within } from "./diff-report.js";

export const diff = command({
  usage: "diff <from> [to]",
  summary: "show what changed between two snapshots",
  description:
    "Shows what changed from one snapshot of a share to another: + added, M modified, - removed, R renamed, and in " +
    "brackets what of it: content, size, mtime, permissions, attributes. Without a second address, from the snapshot " +
    "before to the one named (default: latest). A path in the addresses restricts it to what lies beneath. The status is " +
    "0 whether or not anything changed.",
  examples: [
    ["diff acme/docs", "what the newest backup found changed"],
    ["diff acme/docs@latest~7 acme/docs@latest", "what changed in seven backups"],
    ["diff acme/docs@latest~1:/reports acme/docs@latest:/reports --stat", "counts only, beneath one folder"],
  ],
  options: (yargs) =>
    yargs
      .positional("from", { type: "string", demandOption: true, describe: "tenant/share[@snapshot][:path]" })
      .positional("to", { type: "string", describe: "tenant/share@snapshot[:path]" })
      .option("stat", { type: "boolean", default: false, describe: "only how many of each" }),
  async run(context, { from, to, stat }) {
    const [a, b] = addresses(addressArgument(from), to === undefined ? undefined : addressArgument(to));
    await using share = await openForReading(context, a.share);
    const { locate } = await import("../../daemon/shares/select.js");
    const { diffAtPace } = await import("../../catalog/diff.js");
    const [before, after] = [locateEither(locate, share.catalog, a, b), locateEither(locate, share.catalog, b, a)];
    const path = a.path ?? [];
    const counts = emptyStat();
    const pace = new Pace(context.io.signal);
    for await (const difference of diffAtPace(before.view, after.view, pace)) {
      context.io.signal.throwIfAborted();
      const shown = within(difference, path);
      if (!shown) continue;
      counts.count(shown);
      if (!stat) await tell(context.output, shown, path.length);
    }
    if (stat) await tellStat(context.output, counts);
  },
});

type Locate = typeof locateIn;

/** A path may have come or gone between the two snapshots; it has to be in one of them. */
function locateEither(
  locate: Locate,
  catalog: Parameters<Locate>[0],
  address: Address,
  other: Address,
): ReturnType<Locate> {
  try {
    return locate(catalog, address);
  } catch (error) {
    if (!(error instanceof SharestrataError) || error.code !== "PATH_UNKNOWN") throw error;
    locate(catalog, other);
    return locate(catalog, { ...address, path: undefined });
  }
}

function addresses(from: Address, to: Address | undefined): readonly [Address, Address] {
  if (!to) {
    const newer = from.snapshot ?? { kind: "latest", back: 0 };
    if (newer.kind === "name") {
      throw new SharestrataError("USAGE", `Say which snapshot ${formatAddress(from)} is to be compared with.`);
    }
    return [
      { ...from, snapshot: { kind: "latest", back: newer.back + 1 } },
      { ...from, snapshot: newer },
    ];
  }
  if (formatShareName(from.share) !== formatShareName(to.share)) {
    throw new SharestrataError(
      "USAGE",
      `Only snapshots of one share can be compared, not of ${formatShareName(from.share)} and ${formatShareName(to.share)}.`,
    );
  }
  if ((from.path ?? []).join("/") !== (to.path ?? from.path ?? []).join("/")) {
    throw new SharestrataError("USAGE", "Both addresses must have the same path; only the snapshots differ.");
  }
  return [from, { ...to, path: from.path }];
}

function tell(output: Output, difference: Difference, depth: number): Promise<void> {
  if (output.json) return output.line(JSON.stringify(differenceJson(difference)));
  const show = (path: readonly string[], isDirectory: boolean): string => {
    // What the address names may itself have changed.
    const text =
      (path.length > depth ? path.slice(depth).join("/") : isDirectory ? "." : (path.at(-1) ?? "")) +
      (isDirectory ? "/" : "");
    return output.isTerminal ? printable(text) : text;
  };
  const { kind, path, entry } = difference;
  const name = show(path, entry.kind === "directory");
  switch (kind) {
    case "added":
      return output.line(`+ ${name}`);
    case "removed":
      return output.line(`- ${name}`);
    case "modified":
      return output.line(`M ${name}${changedSuffix(difference.changed)}`);
    case "renamed": {
      const from = show(difference.from, entry.kind === "directory");
      return output.line(`R ${from} -> ${name}${changedSuffix(changedBesidesName(difference.changed))}`);
    }
  }
}

async function tellStat(output: Output, stat: DiffStat): Promise<void> {
  if (output.json) return output.document(statJson(stat));
  const { added, modified, renamed, removed, bytesAdded, bytesRemoved } = stat;
  await output.line(`Added     ${formatCount(added)}`);
  await output.line(`Modified  ${formatCount(modified)}`);
  await output.line(`Renamed   ${formatCount(renamed)}`);
  await output.line(`Removed   ${formatCount(removed)}`);
  await output.line(`Size      +${formatBytes(bytesAdded)} -${formatBytes(bytesRemoved)}`);
}
