/**
 * The vocabulary of trees: what a node is, what a backup says has changed, and where content lies. The catalog
 * applies these records, the store keeps them in segments, the daemon makes them; none needs to know the others.
 */
import type { BundleId, ContentId, NodeId, VersionNumber } from "./ids.js";
import type { TimeNs } from "./time.js";

export type NodeKind = "directory" | "file" | "symlink";

/** Mode (permission bits only, 0 … 0o7777) and owner, where the source has them (local trees, NFS shares). */
export interface PosixAttributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What the node tree itself keeps of a node: all that listing, comparing and `stat` need. */
export interface NodeEntry {
  readonly nodeId: NodeId;
  readonly parentId: NodeId;
  /** Passed `nameProblem`; "" for the root alone. */
  readonly name: string;
  readonly kind: NodeKind;
  /** Bytes of a file; length in bytes of a symlink's target; 0 for a directory. */
  readonly sizeBytes: number;
  readonly mtimeNs: TimeNs;
  /** 64-bit fingerprint of a file's content (store/content/xorhash.ts); 0n for everything else and for empty files. */
  readonly xorhash: bigint;
  /** 32-bit hash of all that the source's listing says of the node: it moves when anything about the node does. */
  readonly signature: number;
  readonly contentId: ContentId;
  readonly posix: PosixAttributes | undefined;
  /**
   * Who this is at the source, for renames: an opaque text that survives renames and moves and is never given to
   * another node (Azure Files: FileId and creation time). undefined where the source has no such thing.
   */
  readonly sourceId: string | undefined;
}

export interface Xattr {
  readonly name: string;
  readonly value: Uint8Array;
}

/** Everything else a source knows of a node. It lives in segments, not in the node tree. Absent means: the source has none. */
export interface NodeMetadata {
  readonly createdNs?: TimeNs | undefined;
  readonly changedNs?: TimeNs | undefined;
  readonly accessedNs?: TimeNs | undefined;
  /** Azure Files attributes as the service writes them, for example `ReadOnly|Archive`. */
  readonly attributes?: string | undefined;
  readonly permissionKey?: string | undefined;
  readonly etag?: string | undefined;
  readonly contentMd5?: Uint8Array | undefined;
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  /** User-defined metadata of the service. */
  readonly userMetadata?: Readonly<Record<string, string>> | undefined;
  readonly xattrs?: readonly Xattr[] | undefined;
  readonly linkTarget?: string | undefined;
  /** Names of this file at the source, when there are several. */
  readonly linkCount?: number | undefined;
  /** With `linkCount`: equal for all names of one file in one snapshot, and for those of no other. */
  readonly linkId?: string | undefined;
}

/** A security descriptor as the source gives it. */
export interface PermissionDescriptor {
  /** `binary` where the source has no SDDL for it: the text is base64 of a self-relative descriptor then. */
  readonly format: "sddl" | "binary";
  readonly text: string;
}

/**
 * What a permission key stands for. Keys mean something at their source alone, so the descriptor is kept beside them: once for
 * each key, in a segment that is not behind the first one that needs it.
 */
export interface PermissionRecord {
  /** Passed `permissionKeyProblem`. */
  readonly key: string;
  /** undefined when the source would not tell it: the next backup asks again. */
  readonly descriptor: PermissionDescriptor | undefined;
}

/** The service's keys are some forty digits. */
const MOST_KEY_BYTES = 255;

/** What keeps a text from being kept as a permission key; undefined when nothing does. */
export function permissionKeyProblem(key: string): string | undefined {
  if (key === "") return "it is empty";
  if (key.includes("\0")) return "it has a NUL";
  return Buffer.byteLength(key) > MOST_KEY_BYTES ? `it has more than ${MOST_KEY_BYTES} bytes` : undefined;
}

/** A node is there, new or changed or moved, since the backup that says so. */
export interface NodePut {
  readonly entry: NodeEntry;
  readonly metadata: NodeMetadata;
  /** Where the node was in the previous snapshot, when it was renamed or moved. */
  readonly movedFrom: { readonly parentId: NodeId; readonly name: string } | undefined;
}

/** A node is gone. A directory's descendants have removals of their own. */
export interface NodeRemoval {
  readonly nodeId: NodeId;
  readonly parentId: NodeId;
  readonly name: string;
}

/** A piece of a long content, in order. */
export interface ContentPart {
  readonly contentId: ContentId;
  readonly sizeBytes: number;
}

/** Content that is stored now, and where. `sha256` (32 bytes) is of the plain bytes; for a list, see docs/format.md. */
export type ContentRecord =
  | {
      readonly kind: "bundled";
      readonly contentId: ContentId;
      readonly sizeBytes: number;
      readonly sha256: Uint8Array;
      readonly bundleId: BundleId;
    }
  | { readonly kind: "blob"; readonly contentId: ContentId; readonly sizeBytes: number; readonly sha256: Uint8Array }
  | {
      readonly kind: "list";
      readonly contentId: ContentId;
      readonly sizeBytes: number;
      readonly sha256: Uint8Array;
      readonly parts: readonly ContentPart[];
      /** Of the parts, 32 bytes each, in order: `sha256` follows from it. */
      readonly partSha256s: Uint8Array;
    }
  | {
      readonly kind: "foreign";
      readonly contentId: ContentId;
      readonly sizeBytes: number;
      readonly sha256: Uint8Array;
      readonly owner: ForeignContent;
    };

/** A blob that another share of the tenant has stored: named by that share's own content id. */
export interface ForeignContent {
  /** The share's name within the tenant. */
  readonly share: string;
  readonly contentId: ContentId;
}

/** A bundle that is stored now; its blobs have the content ids firstContentId … firstContentId + count − 1. */
export interface StoredBundle {
  readonly bundleId: BundleId;
  readonly firstContentId: ContentId;
  readonly count: number;
  readonly sizeBytes: number;
  /** 32 bytes, of the whole object as stored. */
  readonly sha256: Uint8Array;
}

/**
 * One step of a backup: what a segment holds and the catalog applies in one transaction. Removals count before
 * puts. The n-th put has version `firstVersion + n`.
 */
export interface ChangeBatch {
  readonly firstVersion: VersionNumber;
  readonly bundles: readonly StoredBundle[];
  readonly contents: readonly ContentRecord[];
  /** undefined: none. */
  readonly permissions?: readonly PermissionRecord[] | undefined;
  readonly removals: readonly NodeRemoval[];
  readonly puts: readonly NodePut[];
}
