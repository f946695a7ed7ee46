/**
 * The naive tree the catalog is held against: a full copy of every snapshot in memory, and batches made by comparing
 * nothing cleverly at all.
 */
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../../../core/ids.js";
import { NO_NODE, ROOT_NODE } from "../../../core/ids.js";
import type { ChangeBatch, NodeEntry, NodePut, NodeRemoval } from "../../../core/node.js";
import type { Snapshot } from "../../../core/snapshot.js";
import type { TimeNs } from "../../../core/time.js";
import type { TreeView } from "../../../catalog/catalog.js";

export function entryOf(nodeId: number, parentId: number, name: string, extra: Partial<NodeEntry> = {}): NodeEntry {
  return {
    nodeId: nodeId as NodeId,
    parentId: parentId as NodeId,
    name,
    kind: "file",
    sizeBytes: 10,
    mtimeNs: 1_700_000_000_123_456_700n as TimeNs,
    xorhash: 0xfedc_ba98_7654_3210n,
    signature: 0xdead_beef,
    contentId: 5 as ContentId,
    posix: undefined,
    sourceId: `id-${nodeId}`,
    ...extra,
  };
}

export function directoryOf(nodeId: number, parentId: number, name: string): NodeEntry {
  return entryOf(nodeId, parentId, name, {
    kind: "directory",
    sizeBytes: 0,
    xorhash: 0n,
    contentId: 0 as ContentId,
  });
}

export const rootEntry = directoryOf(ROOT_NODE, NO_NODE, "");

export function putOf(entry: NodeEntry, movedFrom?: { parentId: number; name: string }): NodePut {
  return {
    entry,
    metadata: {},
    movedFrom: movedFrom && { parentId: movedFrom.parentId as NodeId, name: movedFrom.name },
  };
}

export function removalOf({ nodeId, parentId, name }: NodeEntry): NodeRemoval {
  return { nodeId, parentId, name };
}

export function batchOf(
  firstVersion: number,
  puts: readonly NodePut[],
  removals: readonly NodeRemoval[] = [],
): ChangeBatch {
  return { firstVersion: firstVersion as VersionNumber, bundles: [], contents: [], puts, removals };
}

export function snapshotOf(number: number, totals = { files: 0, directories: 0, bytes: 0 }): Snapshot {
  const zero = { added: 0, modified: 0, renamed: 0, deleted: 0, unchanged: 0, errors: 0, bytesRead: 0, bytesStored: 0 };
  return {
    number: number as SnapshotNumber,
    name: `2026-01-01T00-00-${String(number).padStart(2, "0")}Z`,
    startedAt: 1n as TimeNs,
    finishedAt: 2n as TimeNs,
    tags: [],
    status: "complete",
    ...totals,
    counters: { ...totals, ...zero },
  };
}

/** What stays of an entry for ever, and behind the bar what is kept only while it is live. */
export function lineOf(entry: Omit<NodeEntry, "sourceId" | "parentId" | "posix">): string {
  const { kind, nodeId, sizeBytes, mtimeNs, contentId, xorhash, signature } = entry;
  return `${kind} ${nodeId} ${sizeBytes} ${mtimeNs} ${contentId} | ${xorhash} ${signature}`;
}

/** Without what is kept only while an entry is live. */
export function lasting(tree: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from(tree, ([path, line]) => [path, line.replace(/ \|.*/, "")]));
}

/** Every path of a tree with its `lineOf`, in the order of a walk. */
export function walk(tree: TreeView): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (directory: NodeId, path: string): void => {
    for (const entry of tree.list(directory)) {
      const own = `${path}/${entry.name}`;
      found.set(own, lineOf(entry));
      if (entry.kind === "directory") visit(entry.nodeId, own);
    }
  };
  if (tree.root) visit(tree.root.nodeId, "");
  return found;
}
