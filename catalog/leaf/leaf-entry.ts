/** One version of one entry as a leaf keeps it. */
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type { NodeKind } from "../../core/node.js";
import type { TimeNs } from "../../core/time.js";
import { compareUtf8 } from "../../core/utf8-order.js";

/** Not ended: the entry is in the live tree. */
export const LIVE = 0 as SnapshotNumber;

export interface LeafEntry {
  readonly name: string;
  readonly kind: NodeKind;
  readonly nodeId: NodeId;
  readonly version: VersionNumber;
  /** The first snapshot in which the entry is not valid any more; `LIVE` while it is. */
  readonly until: SnapshotNumber;
  readonly mtimeNs: TimeNs;
  /** 0 for a directory. */
  readonly sizeBytes: number;
  /** 0 but for files. */
  readonly contentId: ContentId;
  /** 0n but for live files: the past needs no comparing. */
  readonly xorhash: bigint;
  /** 0 but for live entries. */
  readonly signature: number;
  /** Number of a mode and owner in the attribute table; 0 when the source has none. */
  readonly posixId: number;
}

/** The order within a directory: by name; of one name the live entry first, then from the latest end back. */
export function compareEntries(a: Pick<LeafEntry, "name" | "until">, b: Pick<LeafEntry, "name" | "until">): number {
  return compareUtf8(a.name, b.name) || endOf(b) - endOf(a);
}

function endOf({ until }: Pick<LeafEntry, "until">): number {
  return until === LIVE ? Number.MAX_SAFE_INTEGER : until;
}
