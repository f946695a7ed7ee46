/** `sharestrata catalog stats <share>`: what the catalog takes on this machine. */
import { formatShareName, parseShareName } from "../../core/names.js";
import type { CatalogStats } from "../../daemon/shares/catalog-stats.js";
import { command } from "../command.js";
import { openForReading } from "../open.js";
import { counted, formatBytes, formatCount } from "../output/format.js";

const PROJECTED_NODES = 1_000_000_000;

export const catalogStats = command({
  usage: "catalog stats <share>",
  summary: "show what a catalog takes",
  description:
    "Shows what the catalog of a share takes on this machine: the node tree with its tables, the identities that " +
    "renames are recognised by, the index for deduplication; and what the node tree comes to for each file and folder " +
    "of the newest snapshot, the history of all others included.",
  examples: [
    ["catalog stats acme/docs", "table by table"],
    ["catalog stats acme/docs --json | jq .bytesPerNode", "one number to watch"],
  ],
  options: (yargs) => yargs.positional("share", { type: "string", demandOption: true, describe: "tenant/share" }),
  async run(context, { share: text }) {
    const { output } = context;
    const name = parseShareName(text);
    await using share = await openForReading(context, name);
    const { catalogStats: statsOf } = await import("../../daemon/shares/catalog-stats.js");
    const stats = statsOf(share.catalog);
    if (output.json) return await output.document(statsJson(formatShareName(name), share.catalog.folder, stats));
    for (const line of statsText(formatShareName(name), stats)) await output.line(line);
  },
});

const totalOf = ({ tree, identitiesBytes, dedupBytes }: CatalogStats): number =>
  tree.bytes + identitiesBytes + dedupBytes;

function statsJson(share: string, catalog: string, stats: CatalogStats): Record<string, unknown> {
  const { snapshots, files, directories, tree, identitiesBytes, dedupBytes, bytesPerNode } = stats;
  return {
    share,
    catalog,
    snapshots,
    files,
    directories,
    nodes: files + directories,
    bytesPerNode: bytesPerNode ?? null,
    projection: { nodes: PROJECTED_NODES, bytes: projected(bytesPerNode) ?? null },
    bytes: totalOf(stats),
    tree: { bytes: tree.bytes, tables: tree.tables },
    identities: { bytes: identitiesBytes },
    dedup: { bytes: dedupBytes },
  };
}

function projected(bytesPerNode: number | undefined): number | undefined {
  return bytesPerNode === undefined ? undefined : Math.round(bytesPerNode * PROJECTED_NODES);
}

function statsText(share: string, stats: CatalogStats): readonly string[] {
  const { snapshots, files, directories, tree, identitiesBytes, dedupBytes, bytesPerNode } = stats;
  const row = (what: string, bytes: number, more = ""): string =>
    `${what.padEnd(16)}${formatBytes(bytes).padStart(10)}  ${more}`.trimEnd();
  const tableBytes = tree.tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const projection = projected(bytesPerNode);
  const perNode =
    bytesPerNode === undefined || projection === undefined
      ? ""
      : `${bytesPerNode.toFixed(1)} bytes a node, ${formatBytes(projection)} for ${formatCount(PROJECTED_NODES)}`;
  return [
    `${share}: ${counted(snapshots, "snapshot")}; the newest has ${counted(files, "file")}, ${counted(directories, "folder")}`,
    row("node tree", tree.bytes, perNode),
    ...tree.tables.map(({ name, bytes, rows }) => row(`  ${name}`, bytes, counted(rows, "row"))),
    // A table that is being written to may be counted with pages that are not on the disk yet.
    row("  free and LMDB's", Math.max(0, tree.bytes - tableBytes)),
    row("identities", identitiesBytes),
    row("dedup index", dedupBytes),
    row("total", totalOf(stats)),
  ];
}
