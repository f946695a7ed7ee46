/**
 * How nodes look to `stat`. Nodes whose source has modes and owners show them; those of SMB shares, which have none,
 * show what the mount was told to show.
 */
import type { CatalogEntry } from "../catalog/catalog.js";
import type { NodeKind } from "../core/node.js";
import type { TimeNs } from "../core/time.js";
import type { NodeHandle } from "./handle.js";

/** All but the times. */
export interface Looks {
  readonly kind: NodeKind;
  /** Permission bits only. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** Units of 512 bytes. */
  readonly blocks: number;
  /** 1 for directories too, which to programs means "do not count subdirectories by it", as on btrfs. */
  readonly linkCount: number;
}

export interface Attributes extends Looks {
  readonly mtimeNs: TimeNs;
  /** The listing knows no change time (it is an xattr), so it is the modification time. */
  readonly ctimeNs: TimeNs;
  readonly atimeNs: TimeNs;
}

/**
 * The size of a directory, as on ext4: `du --apparent-size` tells of a snapshot what it tells of the same tree there. It has no blocks, as it
 * takes nothing of the share. How many entries there are, or bytes beneath, would have to be counted for every stat(2).
 */
const DIRECTORY_BYTES = 4096;

/** Owner and mode mask for everything whose source has none. */
export interface Ownership {
  readonly uid: number;
  readonly gid: number;
  /** Taken from 0777 for directories and from 0666 for files. */
  readonly umask: number;
}

/** The owner is whoever runs the process; directories are 0755, files 0644. */
export function defaultOwnership(): Ownership {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, umask: 0o022 };
}

export function nodeAttributes({ entry }: NodeHandle, ownership: Ownership): Attributes {
  const { mtimeNs } = entry;
  return { ...nodeLooks(entry, ownership), mtimeNs, ctimeNs: mtimeNs, atimeNs: mtimeNs };
}

export function nodeLooks(entry: Pick<CatalogEntry, "kind" | "sizeBytes" | "posix">, ownership: Ownership): Looks {
  const { kind, posix } = entry;
  const sizeBytes = kind === "directory" ? DIRECTORY_BYTES : entry.sizeBytes;
  return {
    kind,
    mode: kind === "symlink" ? 0o777 : (posix?.mode ?? defaultMode(kind, ownership)),
    uid: posix?.uid ?? ownership.uid,
    gid: posix?.gid ?? ownership.gid,
    sizeBytes,
    blocks: Math.ceil(entry.sizeBytes / 512),
    linkCount: 1,
  };
}

/** What lies above the snapshots: directories, and `latest`. */
export function levelAttributes(
  kind: "directory" | "symlink",
  time: TimeNs,
  ownership: Ownership,
  sizeBytes = DIRECTORY_BYTES,
): Attributes {
  return {
    kind,
    mode: kind === "symlink" ? 0o777 : defaultMode(kind, ownership),
    uid: ownership.uid,
    gid: ownership.gid,
    sizeBytes,
    blocks: 0,
    linkCount: 1,
    mtimeNs: time,
    ctimeNs: time,
    atimeNs: time,
  };
}

function defaultMode(kind: NodeKind, { umask }: Ownership): number {
  return (kind === "directory" ? 0o777 : 0o666) & ~umask;
}
