/**
 * Where files are put back: a folder of this machine, or one of an Azure Files share. A target knows how to look, to put, to
 * remove; what is to be done with which name is decided elsewhere (plan.ts). Whatever is put appears whole, or can be told
 * from what is finished (`isUnfinished`); nothing is done outside the folder that was opened.
 */
import type { SharestrataError } from "../../core/errors.js";
import type { PosixAttributes } from "../../core/node.js";
import type { TimeNs } from "../../core/time.js";
import type { WantedNode } from "./wanted.js";

/** What lies under a name of the target. Absent means: the target has no such thing. */
export interface TargetNode {
  /** As the target writes it. */
  readonly name: string;
  /** `other`: a device, a pipe, a socket. */
  readonly kind: "directory" | "file" | "symlink" | "other";
  readonly sizeBytes: number;
  readonly mtimeNs: TimeNs;
  readonly posix?: PosixAttributes | undefined;
  readonly createdNs?: TimeNs | undefined;
  readonly changedNs?: TimeNs | undefined;
  /** As in `NodeMetadata`. */
  readonly attributes?: string | undefined;
  readonly permissionKey?: string | undefined;
  /** Of a symlink, where the target tells it with everything else. */
  readonly linkTarget?: string | undefined;
  /** Whether a restore has begun it and not ended: nobody has anything to lose in it. */
  readonly isUnfinished: boolean;
  /** Who it is, equal for the names of one file alone; undefined where it has no other name. */
  readonly linkId?: string | undefined;
}

/** In what a node of the target is not what is wanted. Of all but the first six the content is known to be the same. */
export type Difference =
  | "size"
  | "time"
  /** Something about it has changed since, and nothing says that it was not the content. */
  | "change time"
  | "link target"
  /** It has other names, and should have none. */
  | "links"
  /** Letters of another case, where that makes no other name. */
  | "name"
  | "mode"
  | "owner"
  | "attributes"
  | "creation time"
  | "permissions"
  | "metadata"
  | "extended attributes";

/** How closely `differences` looks. `content`: at size, time and link target alone; `all`: at everything that is put back. */
export type Closeness = "content" | "all";

/** What to put into a file, and how. */
export interface Putting {
  /** The stored bytes; may be called more than once. */
  readonly content: () => AsyncIterable<Uint8Array>;
  /** What is there now; undefined when there was nothing. It is of a kind that gives way: no folder. */
  readonly there: TargetNode | undefined;
  /** Whether what comes to be there meanwhile is replaced as well. */
  readonly mayReplace: boolean;
  /** Whether other names of what is there must keep what they have. */
  readonly isToBeAlone: boolean;
  /** Told of bytes that are done, written or found to be there. */
  readonly onBytes: (count: number) => void;
  readonly signal: AbortSignal;
}

export type Replacing = Pick<Putting, "there" | "mayReplace" | "signal">;

export interface PutOutcome {
  /** Whether any content was written. */
  readonly isWritten: boolean;
  /** Content sent to the target. */
  readonly bytesWritten: number;
}

export interface TargetFolder {
  /** Whether this run, or one that was cut off, has made it: then it has no attributes of its own yet, and loses none. */
  readonly isOurs: boolean;
  /** Whether nothing can be in it but what this run has put there. */
  readonly isNew: boolean;
  /** Makes one that was there and empty as one that this run has made, where the target can mark it so. */
  claim?(): Promise<void>;
  find(name: string): Promise<TargetNode | undefined>;
  /** Everything in it, in any order. */
  list(): AsyncIterable<TargetNode>;
  /**
   * A folder within.
   * @param there what `find` has said; when it is undefined, the folder is made
   * @throws SharestrataError `ALREADY_EXISTS` when it is no folder
   */
  enter(wanted: WantedNode, there: TargetNode | undefined): Promise<TargetFolder>;
  /** @param there of the same kind as what is wanted */
  differences(wanted: WantedNode, there: TargetNode, closeness: Closeness): Promise<readonly Difference[]>;
  /** Content first, of which only what differs is written, then attributes. */
  putFile(wanted: WantedNode, putting: Putting): Promise<PutOutcome>;
  /** To be asked before anything is given up for a symbolic link. @throws SharestrataError `FILE_UNWRITABLE` where there can be none */
  expectSymlinks(): void;
  putSymlink(wanted: WantedNode, linkTarget: string, putting: Replacing): Promise<void>;
  /**
   * One more name of a file that is there.
   * @param path names from below the target's own folder
   */
  putLink(wanted: WantedNode, path: readonly string[], putting: Replacing): Promise<void>;
  /** Everything but the content, of a file or link that is there. */
  setAttributes(wanted: WantedNode, there: TargetNode): Promise<void>;
  /** Takes a name away; of a folder only when it is empty. */
  remove(node: TargetNode): Promise<void>;
  /** A folder within that is only emptied. */
  enterToEmpty(node: TargetNode): Promise<TargetFolder>;
  /** The folder's own attributes, once nothing is put into it any more. */
  finish(wanted: WantedNode): Promise<void>;
  close(): Promise<void>;
}

export interface RestoreRun {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told of what a node lacks that was put back all the same. @param path as in `WantedNode` */
  readonly onLacking: (path: readonly string[], error: SharestrataError) => void;
}

export interface RestoreTarget extends AsyncDisposable {
  /** Without secrets: a path, or a URL. */
  readonly name: string;
  /** Whether each name of a hard-linked file can be made one again. */
  readonly hasLinks: boolean;
  /** Why nothing can be put under a name, or undefined when it can. @param path names from below the target's own folder */
  problemOf(wanted: WantedNode, path: readonly string[]): string | undefined;
  /** Who lies there, as in `TargetNode.linkId`. @param path names from below the target's own folder */
  linkIdAt(path: readonly string[]): Promise<string | undefined>;
  /** Equal for two names exactly when the target takes them for one. */
  keyOf(name: string): string;
  /**
   * The folder that everything goes into.
   * @param make whether it is made when it is missing; when it is not, nothing at all is written
   * @param run what is asked of the target from now on belongs to
   * @returns undefined when it is missing
   * @throws SharestrataError `FAILED` when it is no folder or cannot be made, and what `SourceError` says of a share
   */
  open(make: boolean, run: RestoreRun): Promise<TargetFolder | undefined>;
}
