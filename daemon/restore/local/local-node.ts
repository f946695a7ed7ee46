/** What `lstat` says of a name in the target. */
import type { BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";
import { systemCode } from "../../../core/errors.js";
import type { TimeNs } from "../../../core/time.js";
import type { TargetNode } from "../target.js";

/** The mode of a folder that is being filled. Nobody gives it to one of theirs, so it tells what a killed run has left. */
export const UNFINISHED_MODE = 0o1700;

/** @param file where it is found @returns undefined when nothing is there */
export async function nodeAt(file: string, name: string): Promise<TargetNode | undefined> {
  try {
    return nodeOf(name, await lstat(file, { bigint: true }));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

export function nodeOf(name: string, stats: BigIntStats): TargetNode {
  const mode = Number(stats.mode & 0o7777n);
  const kind = kindOf(stats);
  return {
    name,
    kind,
    sizeBytes: kind === "directory" ? 0 : Number(stats.size),
    mtimeNs: stats.mtimeNs as TimeNs,
    posix: { mode, uid: Number(stats.uid), gid: Number(stats.gid) },
    isUnfinished: kind === "directory" && isUnfinished(mode, Number(stats.uid)),
    linkId: kind !== "directory" && stats.nlink > 1n ? `${stats.dev}:${stats.ino}` : undefined,
  };
}

export function isUnfinished(mode: number, uid: number): boolean {
  return mode === UNFINISHED_MODE && uid === process.geteuid?.();
}

function kindOf(stats: BigIntStats): TargetNode["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "symlink" : "other";
}
