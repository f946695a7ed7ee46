/**
 * An entry that a reader stands on: what a CatalogEntry says, without an object being made of it. Valid until the reader moves on;
 * it must not be kept.
 */
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../core/ids.js";
import type { NodeKind, PosixAttributes } from "../core/node.js";
import type { TimeNs } from "../core/time.js";

export interface EntryCursor {
  /** The name is the first `nameLength` bytes, of UTF-8. */
  readonly nameBytes: Buffer;
  readonly nameLength: number;
  readonly name: string;
  readonly kind: NodeKind;
  readonly nodeId: NodeId;
  readonly version: VersionNumber;
  readonly since: SnapshotNumber;
  readonly sizeBytes: number;
  readonly contentId: ContentId;
  readonly posix: PosixAttributes | undefined;
  /** The modification time: whole seconds since 1970, rounded down, and the rest. */
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
}

/** Of the live tree, whose entries are compared with sources. */
export interface LiveCursor extends EntryCursor {
  readonly mtimeNs: TimeNs;
  /** As in `CatalogEntry`. */
  readonly signature: number;
}
