/** `sharestrata ls <address>`: a directory of a snapshot, from the catalog alone. */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import { command } from "../command.js";
import { addressArgument, openForReading } from "../open.js";
import { longFields } from "../output/entry.js";
import { printable } from "../output/format.js";
import { entryJson } from "../output/json.js";
import type { Output } from "../output/output.js";

export const ls = command({
  usage: "ls <address>",
  summary: "list a directory of a snapshot",
  description:
    "Lists a directory of a snapshot, or one file. Without a snapshot the address means @latest. Directories end in " +
    "a slash. With --json every entry is a line of its own.",
  examples: [
    ["ls acme/docs", "the top folder, as of the newest snapshot"],
    ["ls -l acme/docs@latest~2:/reports", "with mode, size and time, three snapshots ago"],
    ["ls -R acme/docs@2026-11-20T10-00-00Z", "everything in one snapshot"],
  ],
  options: (yargs) =>
    yargs
      .positional("address", { type: "string", demandOption: true, describe: "tenant/share[@snapshot][:path]" })
      .option("long", { alias: "l", type: "boolean", default: false, describe: "mode, owner, size, time and name" })
      .option("recursive", { alias: "R", type: "boolean", default: false, describe: "everything beneath as well" }),
  async run(context, { address: text, long, recursive }) {
    const address = addressArgument(text);
    await using share = await openForReading(context, address.share);
    const { locate } = await import("../../daemon/shares/select.js");
    const { pagedList } = await import("../../catalog/paged-list.js");
    const { view, entry, path } = locate(share.catalog, address);
    const lister = new Lister(context.output, context.io.signal, view, pagedList, { long, recursive });
    if (entry.kind === "directory") await lister.directory(entry, path, []);
    else await lister.entry(entry, path, [entry.name]);
  },
});

class Lister {
  constructor(
    private readonly output: Output,
    private readonly signal: AbortSignal,
    private readonly view: TreeView,
    private readonly list: (view: TreeView, directory: CatalogEntry["nodeId"]) => IterableIterator<CatalogEntry>,
    private readonly options: { readonly long: boolean; readonly recursive: boolean },
  ) {}

  /**
   * @param path below the share's root
   * @param shown below the directory that was asked for
   */
  async directory(directory: CatalogEntry, path: readonly string[], shown: readonly string[]): Promise<void> {
    for (const entry of this.list(this.view, directory.nodeId)) {
      this.signal.throwIfAborted();
      const inner = [...path, entry.name];
      await this.entry(entry, inner, [...shown, entry.name]);
      if (this.options.recursive && entry.kind === "directory") {
        await this.directory(entry, inner, [...shown, entry.name]);
      }
    }
  }

  entry(entry: CatalogEntry, path: readonly string[], shown: readonly string[]): Promise<void> {
    if (this.output.json) return this.output.line(JSON.stringify(entryJson(path, entry)));
    const name = shown.join("/") + (entry.kind === "directory" ? "/" : "");
    // As ls does it: names are shown as they are to programs, and tamed for a terminal.
    const safe = this.output.isTerminal ? printable(name) : name;
    return this.output.line(this.options.long ? `${longFields(entry)} ${safe}` : safe);
  }
}
