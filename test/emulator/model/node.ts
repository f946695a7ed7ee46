// What a file or directory is at one moment: plain read-only values. A mutation makes a new value;
// a snapshot keeps the old one by holding on to it.
import type { ByteSource, Content } from "./content.js";
import type { ResourcePath } from "./resource-path.js";

/** Values carried by files, directories and symbolic links alike. Times have seven digits, in UTC. */
export interface NodeProperties {
  readonly creationTime: string;
  readonly lastAccessTime: string;
  readonly lastWriteTime: string;
  readonly changeTime: string;
  /** The moment of the last mutation of any kind; Last-Modified is this, to the second. */
  readonly modified: string;
  /** Quoted. */
  readonly etag: string;
  /** Canonical text such as `ReadOnly | Archive`, or `None`. */
  readonly attributes: string;
  readonly permissionKey: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly posix?: PosixProperties;
}

/** What a node of an NFS share has in place of SMB attributes. */
export interface PosixProperties {
  readonly owner: string;
  readonly group: string;
  /** Four octal digits. */
  readonly mode: string;
}

/** Stored verbatim and returned with the file. */
export interface ContentHeaders {
  readonly type?: string;
  readonly encoding?: string;
  readonly language?: string;
  readonly cacheControl?: string;
  readonly disposition?: string;
  /** Base64. */
  readonly md5?: string;
}

export interface CopyState {
  readonly id: string;
  readonly source: string;
  /** How it ended, or will end: until `endsMs`, if it has that, a copy is pending. */
  readonly status: "success" | "aborted" | "failed";
  readonly endsMs?: number;
  readonly completed: string;
  readonly bytes: number;
  /** Of the source. */
  readonly totalBytes: number;
}

export interface FileState extends NodeProperties {
  readonly kind: "file";
  readonly size: number;
  readonly content: Content;
  readonly headers: ContentHeaders;
  readonly linkCount: number;
  readonly copy?: CopyState;
}

export interface SymbolicLinkState extends NodeProperties {
  readonly kind: "symlink";
  /** As the client gave it, already percent-decoded or not: it is not looked into. */
  readonly target: string;
  readonly linkCount: number;
}

export interface DirectoryState extends NodeProperties {
  readonly kind: "directory";
}

export type NodeState = FileState | DirectoryState | SymbolicLinkState;

/** A node as found in one tree at one moment. */
export interface FoundNode<State extends NodeState = NodeState> {
  /** Decimal text; can exceed 2^63. The root's is "0". */
  readonly id: string;
  readonly state: State;
  /** The path with the case the names were created in. */
  readonly path: ResourcePath;
  readonly parentId: string;
}

export interface ListedNode {
  readonly name: string;
  readonly id: string;
  readonly state: NodeState;
}

/** One page of a directory, ordered by the name's key. */
export interface NodePage {
  readonly entries: readonly ListedNode[];
  /** Pass as `after` to go on; absent on the last page. */
  readonly next?: string;
}

export interface ListOptions {
  /** Only names whose key begins with the key of this prefix. */
  readonly prefix?: string;
  /** Start behind this key; it need not exist any more. */
  readonly after?: string;
  /** At least 1. */
  readonly limit: number;
}

/**
 * A tree as it is read: live, or at a snapshot. A generated share implements this and nothing more.
 */
export interface TreeReader {
  /** The node at a path; undefined when any component is missing. */
  find(path: ResourcePath): FoundNode | undefined;
  /** Children of a directory found in this same tree. */
  list(directory: FoundNode<DirectoryState>, options: ListOptions): NodePage;
  /** The node with an id, wherever it lies; undefined when this tree has none. */
  findById(id: string): NodeState | undefined;
  /** Bytes of all files, holes included. */
  readonly usageBytes: number;
}

/** A share's tree with its history. */
export interface ShareTree {
  readonly live: TreeReader;
  /** Pins the present; the number reads it back with `at`. Costs the same for any number of files. */
  freeze(): number;
  at(epoch: number): TreeReader;
  /** Absent on a tree that cannot be written, such as a generated one. */
  readonly writer?: TreeWriter;
}

/**
 * The few changes every operation is made of. Callers check first: none of these fails halfway.
 */
export interface TreeWriter {
  /** An unused node id. */
  newId(): string;
  /** Creates or replaces what an id stands for. A new directory has no children. */
  set(id: string, state: NodeState): void;
  /** Enters a name in a directory, replacing one that is equal. */
  link(parentId: string, name: string, id: string): void;
  unlink(parentId: string, name: string): void;
  /** Lets go of a node nothing links to; a snapshot that holds it keeps it. */
  forget(id: string): void;
  isEmpty(directoryId: string): boolean;
  /** Bytes that `set` can use as content: kept in memory, or written to the state folder. */
  store(bytes: Buffer): ByteSource;
  /** A number for one write, never given out twice by this tree. */
  newStamp(): number;
}
