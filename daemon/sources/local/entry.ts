/**
 * What `lstat` says, as a listing entry. Owns the local signature and the local identity:
 * - the signature covers size, mtime, ctime, mode, owner and inode number; nobody can set a ctime, so it catches
 *   changes that leave size and mtime as they were;
 * - the identity is inode number and time of birth (numbers are reused, births are not), with the device for mounts
 *   beneath the root alone: the root's own device number may differ after every boot.
 */
import type { BigIntStats } from "node:fs";
import type { NodeKind, NodeMetadata } from "../../../core/node.js";
import type { TimeNs } from "../../../core/time.js";
import { signatureOf } from "../signature.js";
import type { SourceEntry } from "../source.js";

/** undefined for sockets, FIFOs and devices. */
export function kindOf(stats: BigIntStats): NodeKind | undefined {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "symlink" : undefined;
}

/** What a node is that cannot be backed up, for a message. */
export function describeSpecial(stats: BigIntStats): string {
  if (stats.isSocket()) return "a socket";
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isBlockDevice()) return "a block device";
  return stats.isCharacterDevice() ? "a character device" : "neither a file nor a folder";
}

export function entryOf(name: string, kind: NodeKind, stats: BigIntStats, rootDevice: bigint): SourceEntry {
  return {
    name,
    kind,
    sizeBytes: sizeOf(stats),
    mtimeNs: stats.mtimeNs as TimeNs,
    signature: signatureOfStats(stats),
    sourceId: sourceIdOf(stats, rootDevice),
    posix: { mode: Number(stats.mode & 0o7777n), uid: Number(stats.uid), gid: Number(stats.gid) },
    metadata: metadataOf(kind, stats, rootDevice),
  };
}

export function signatureOfStats(stats: BigIntStats): number {
  const { mtimeNs, ctimeNs, mode, uid, gid, ino } = stats;
  return signatureOf([sizeOf(stats), mtimeNs, ctimeNs, mode, uid, gid, ino]);
}

// A directory's own size is an affair of the file system, and differs after a copy.
function sizeOf(stats: BigIntStats): number {
  return stats.isDirectory() ? 0 : Number(stats.size);
}

function sourceIdOf(stats: BigIntStats, rootDevice: bigint): string | undefined {
  // Without a time of birth an inode number that was reused could not be told from a rename.
  if (stats.birthtimeNs <= 0n) return undefined;
  return `${inodeOf(stats, rootDevice)}:${stats.birthtimeNs.toString(36)}`;
}

function inodeOf({ dev, ino }: BigIntStats, rootDevice: bigint): string {
  return `${dev === rootDevice ? "" : `${dev.toString(36)}:`}${ino.toString(36)}`;
}

function metadataOf(kind: NodeKind, stats: BigIntStats, rootDevice: bigint): NodeMetadata {
  const isLinked = kind !== "directory" && stats.nlink > 1n;
  return {
    ...(stats.birthtimeNs > 0n ? { createdNs: stats.birthtimeNs as TimeNs } : {}),
    changedNs: stats.ctimeNs as TimeNs,
    accessedNs: stats.atimeNs as TimeNs,
    // As long as a file has the inode, no other one has it.
    ...(isLinked ? { linkCount: Number(stats.nlink), linkId: inodeOf(stats, rootDevice) } : {}),
  };
}
