/** What the script's naive copies say, in the form in which the catalog's answers are held against them. */
import { compareUtf8 } from "../../../core/utf8-order.js";
import { ROOT_NODE, type NodeId } from "../../../core/ids.js";
import type { CatalogEntry, NodePlace } from "../../../catalog/catalog.js";
import type { Difference } from "../../../catalog/diff.js";
import type { ModelEntry, ScriptSnapshot } from "./script.js";

/** All that stays of an entry for ever. */
export function lineOf({
  nodeId,
  parentId,
  name,
  kind,
  sizeBytes,
  mtimeNs,
  contentId,
  posix,
  since,
  version,
}: Omit<CatalogEntry, "xorhash" | "signature">): string {
  const owner = posix ? `${posix.mode} ${posix.uid} ${posix.gid}` : "-";
  return `${parentId}/${name}: ${kind} ${nodeId} ${sizeBytes} ${mtimeNs} ${contentId} ${owner} #${version} @${since}`;
}

/** As `entries` has them: by directory, then by name. */
export function inOrder(entries: Iterable<ModelEntry>): readonly ModelEntry[] {
  return [...entries].sort((a, b) => a.parentId - b.parentId || compareUtf8(a.name, b.name));
}

export function pathIn(tree: ScriptSnapshot["tree"], nodeId: NodeId): readonly string[] | undefined {
  const path: string[] = [];
  let entry = tree.get(nodeId);
  if (!entry) return undefined;
  for (; entry && entry.nodeId !== ROOT_NODE; entry = tree.get(entry.parentId)) path.push(entry.name);
  return path.toReversed();
}

/** What `diffTrees` tells, in no order: folders above that moved say nothing of what is beneath them. */
export function naiveDiff(a: ScriptSnapshot["tree"], b: ScriptSnapshot["tree"]): readonly string[] {
  const lines: string[] = [];
  const told = (kind: string, node: ModelEntry, tree: ScriptSnapshot["tree"]): string =>
    `${kind} ${node.nodeId} #${node.version} ${pathIn(tree, node.nodeId)?.join("/")}`;
  for (const entry of b.values()) {
    const before = a.get(entry.nodeId);
    if (!before) lines.push(told("added", entry, b));
    else if (before.parentId !== entry.parentId || before.name !== entry.name) {
      lines.push(`${told("renamed", entry, b)} from ${pathIn(a, entry.nodeId)?.join("/")}`);
    } else if (before.version !== entry.version) lines.push(told("modified", entry, b));
  }
  for (const entry of a.values()) if (!b.has(entry.nodeId)) lines.push(told("removed", entry, a));
  return lines.toSorted();
}

export function diffLine(difference: Difference): string {
  const { kind, path, entry } = difference;
  const from = kind === "renamed" ? ` from ${difference.from.join("/")}` : "";
  return `${kind} ${entry.nodeId} #${entry.version} ${path.join("/")}${from}`;
}

/** Every version that one of the snapshots has, with the snapshot in which it ended. */
export function naiveVersions(snapshots: readonly ScriptSnapshot[]): readonly string[] {
  const lines: string[] = [];
  for (const [index, { record, tree }] of snapshots.entries()) {
    for (const entry of tree.values()) {
      if (entry.since !== record.number) continue;
      const end = snapshots.slice(index).find((later) => later.tree.get(entry.nodeId) !== entry);
      lines.push(`${lineOf(entry)} until ${end?.record.number}`);
    }
  }
  return lines.toSorted();
}

/** As `placesOf`: nothing for a file that was always in one place. */
export function naivePlaces(snapshots: readonly ScriptSnapshot[], nodeId: NodeId): readonly NodePlace[] {
  if (nodeId === ROOT_NODE) return [];
  const places: NodePlace[] = [];
  let kind = "";
  for (const { record, tree } of snapshots) {
    const entry = tree.get(nodeId);
    if (!entry) continue;
    kind = entry.kind;
    const { parentId, name } = entry;
    const last = places.at(-1);
    if (last?.parentId !== parentId || last.name !== name) places.push({ since: record.number, parentId, name });
  }
  return kind === "directory" || places.length > 1 ? places : [];
}
