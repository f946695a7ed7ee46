/** The shapes of JSON answers (docs/cli.md). Names here are promises: fields may join, none may change or go. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import type { PassedOver, Snapshot } from "../../core/snapshot.js";
import { formatExactTime } from "./format.js";

export function snapshotJson(snapshot: Snapshot): Record<string, unknown> {
  const { name, number, status, tags, startedAt, finishedAt, files, directories, bytes, counters } = snapshot;
  const { consistent, shareProperties } = snapshot;
  return {
    name,
    id: number,
    status,
    ...(consistent !== undefined && { consistent }),
    tags,
    startedAt: formatExactTime(startedAt),
    finishedAt: formatExactTime(finishedAt),
    files,
    directories,
    bytes,
    counters: { ...counters },
    ...(shareProperties && { shareProperties }),
  };
}

/** @param path names below the share's root */
export function entryJson(path: readonly string[], entry: CatalogEntry): Record<string, unknown> {
  const { kind, sizeBytes, mtimeNs, posix, nodeId, since } = entry;
  return {
    path: `/${path.join("/")}`,
    kind,
    size: sizeBytes,
    mtime: formatExactTime(mtimeNs),
    ...(posix && { mode: posix.mode.toString(8).padStart(4, "0"), uid: posix.uid, gid: posix.gid }),
    nodeId,
    since,
  };
}

export function passedOverJson({ path, code, message }: PassedOver): Record<string, unknown> {
  return { path: `/${path.join("/")}`, code, message };
}
