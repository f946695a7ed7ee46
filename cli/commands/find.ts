/** `sharestrata find`: what is in a snapshot, or in any, by name, path, type, size and time, from the catalog alone. */
import type { CatalogReader } from "../../catalog/catalog.js";
import type { Found, FoundVersion, SearchQuery } from "../../catalog/search.js";
import type { Address } from "../../core/address.js";
import { systemClock } from "../../core/clock.js";
import { SharestrataError } from "../../core/errors.js";
import { Pace } from "../../core/pace.js";
import { findQuery, type FindOptions } from "../arguments/find-query.js";
import { command } from "../command.js";
import type { Context } from "../context.js";
import { addressArgument, openForReading } from "../open.js";
import { fullPath, longFields } from "../output/entry.js";
import { printable } from "../output/format.js";
import { entryJson } from "../output/json.js";
import type { Output } from "../output/output.js";

export const find = command({
  usage: "find <address>",
  summary: "find files by name, path, type, size or time",
  description:
    "Shows the paths in a snapshot (default: latest), or beneath one folder of it, that answer to all the options given. " +
    'In a GLOB "*" is any run of characters within a name, "?" one, "[a-z]" one of a set, and "**" in a path any number ' +
    "of folders. TIME is a date (2026-11-20, 2026-11-20T10:00:00Z) or an age (30m, 12h, 2d, 3w). The status is 0 whether " +
    "or not anything was found.",
  examples: [
    ["find acme/docs --name '*.pdf'", "in the newest snapshot"],
    ["find acme/docs@latest~2:/reports --newer 2d --type f", "files beneath a folder that had changed lately"],
    ["find acme/docs --all-snapshots --path '/reports/**/may*'", "every version there is, and in which snapshots"],
    ["find acme/docs --size +1G --long", "what is larger than 1 GiB"],
  ],
  options: (yargs) =>
    yargs
      .positional("address", { type: "string", demandOption: true, describe: "tenant/share[@snapshot][:path]" })
      .option("name", { type: "string", nargs: 1, describe: "GLOB the name answers to" })
      .option("path", { type: "string", nargs: 1, describe: "GLOB the whole path below the share's root answers to" })
      .option("ignore-case", { alias: "i", type: "boolean", default: false, describe: "take A for a in globs" })
      .option("type", { type: "string", nargs: 1, describe: "f (file), d (directory), l (symlink), or several: f,l" })
      .option("size", { type: "string", nargs: 1, describe: "of a file: +10M more than, -4k less than, 100 exactly" })
      .option("newer", { type: "string", nargs: 1, describe: "changed at TIME or later" })
      .option("older", { type: "string", nargs: 1, describe: "changed before TIME" })
      .option("all-snapshots", { alias: "a", type: "boolean", default: false, describe: "every version there is" })
      .option("long", { alias: "l", type: "boolean", default: false, describe: "mode, owner, size, time and path" })
      .option("print0", { type: "boolean", default: false, describe: "end each with a NUL, for xargs -0" }),
  run: (context, args) => runFind(context, args),
});

/** As yargs leaves them: dashed names in camel case. */
interface FindArguments extends FindOptions {
  readonly address: string;
  readonly allSnapshots?: boolean;
  readonly long: boolean;
  readonly print0: boolean;
}

async function runFind(context: Context, args: FindArguments): Promise<void> {
  const { allSnapshots = false, long, print0 } = args;
  const address = addressArgument(args.address);
  const query = findQuery(args, address.path ?? [], systemClock.now());
  if (print0 && context.output.json) throw new SharestrataError("USAGE", "Take --print0 or --json, not both.");
  if (allSnapshots && address.snapshot) {
    throw new SharestrataError("USAGE", "Name a snapshot, or take --all-snapshots, not both.");
  }
  await using share = await openForReading(context, address.share);
  const results = await search(share.catalog, address, allSnapshots, query, new Pace(context.io.signal));
  for await (const found of results) {
    context.io.signal.throwIfAborted();
    await tell(context.output, found, { long, print0 });
  }
}

async function search(
  catalog: CatalogReader,
  address: Address,
  allSnapshots: boolean,
  query: SearchQuery,
  pace: Pace,
): Promise<AsyncIterable<Found | FoundVersion>> {
  const { searchSnapshot, searchVersions } = await import("../../catalog/search.js");
  const { locate, locateLast } = await import("../../daemon/shares/select.js");
  if (!allSnapshots) return searchSnapshot(catalog, locate(catalog, address).snapshot, query, pace);
  const { published } = locateLast(catalog, address);
  return searchVersions(catalog, published, query, pace);
}

async function tell(
  output: Output,
  found: Found | FoundVersion,
  { long, print0 }: { readonly long: boolean; readonly print0: boolean },
): Promise<void> {
  const { entry, path } = found;
  const span = "first" in found ? [found.first.name, found.last.name] : undefined;
  if (output.json) {
    const snapshots = span ? { first: span[0], last: span[1] } : {};
    return output.line(JSON.stringify({ ...entryJson(path, entry), ...snapshots }));
  }
  const shown = fullPath(path, entry);
  const safe = output.isTerminal && !print0 ? printable(shown) : shown;
  const fields = [...(long ? [longFields(entry)] : []), ...(span ?? []), safe];
  return output.line(fields.join(" "), print0 ? "\0" : "\n");
}
