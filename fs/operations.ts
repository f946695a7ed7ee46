/**
 * The file system, unmounted: what every transport translates to. It works on handles, answers at once whatever the
 * catalog alone can answer, and keeps no state per handle, so a transport may forget one at any time. Everything is
 * read-only; transports answer every kind of write with EROFS without asking here.
 *
 * Errors are FileSystemErrors. Damage, an unreachable store and faults of our own become EIO and one line in the log.
 */
import type { EntryCursor } from "../catalog/entry-cursor.js";
import type { Clock } from "../core/clock.js";
import { DamagedError } from "../core/errors.js";
import type { Logger } from "../core/logger.js";
import type { TimeNs } from "../core/time.js";
import { levelAttributes, nodeAttributes, type Attributes, type Ownership } from "./attributes.js";
import { ElsewhereError } from "./elsewhere.js";
import { FileSystemError } from "./errors.js";
import { FailureLog } from "./failure-log.js";
import { kindOf, type DirectoryPlace, type Handle, type NodeHandle } from "./handle.js";
import {
  LATEST,
  describe,
  describePlace,
  sharesOf,
  snapshotRoot,
  tenantNames,
  type DirectoryEntry,
  type MountRoot,
} from "./layout.js";
import { type AddEntry, DirectoryLister } from "./directory-lister.js";
import { translateErrors, whenReady, type MaybePromise } from "./maybe-promise.js";
import { openRoot } from "./mount-root.js";
import { OpenShares } from "./open-shares.js";
import type { SharePool } from "./share-pool.js";
import type { ShareDirectory } from "./shares.js";
import { isShown, listedXattrs, storedXattr, type StoredNode, tellsDescriptor, treeXattr } from "./xattrs.js";

export interface OperationsOptions {
  readonly directory: ShareDirectory;
  readonly root: MountRoot;
  readonly ownership: Ownership;
  /** Whether our own attributes are listed, and so copied by `cp -a`. Default: no. */
  readonly listXattrs?: boolean | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What operations are made of; `open` makes the parts, and threads that help it have their own. */
export interface OperationsParts {
  readonly root: Handle;
  readonly directory: Pick<ShareDirectory, "list" | "changedAt">;
  readonly shares: SharePool;
  readonly ownership: Ownership;
  readonly listXattrs?: boolean | undefined;
  /** The time of everything above the shares until shares come or go: a kernel that keeps listings goes by it. */
  readonly mountedAt: TimeNs;
  /**
   * Hears of everything that is no answer to a question: damage, an unreachable store, faults of our own.
   * @param where for messages
   * @returns what is to be thrown
   */
  readonly fail: (error: unknown, where: string) => Error;
}

/** Figures for `statfs`. */
export interface FileSystemFigures {
  readonly bytes: number;
  /** Files and directories. */
  readonly nodes: number;
  /** The longest name there can be, in bytes of UTF-8: 255 UTF-16 units, as Azure Files allows them. */
  readonly nameMaxBytes: number;
}

export class Operations implements AsyncDisposable {
  readonly root: Handle;
  readonly shares: SharePool;
  readonly ownership: Ownership;
  readonly mountedAt: TimeNs;
  readonly #directory: Pick<ShareDirectory, "list" | "changedAt">;
  readonly #fail: OperationsParts["fail"];
  readonly #listXattrs: boolean;
  readonly #lister: DirectoryLister;

  /**
   * Shares open when somebody first looks into them, but for one that is the root, or holds it: that opens now.
   * @throws SharestrataError `SHARE_UNKNOWN`, `SNAPSHOT_UNKNOWN`, or why the share cannot be opened
   */
  static async open({ directory, clock, logger, ownership, root, listXattrs }: OperationsOptions): Promise<Operations> {
    const shares = new OpenShares(directory, clock, logger);
    const failures = new FailureLog(logger);
    try {
      return new Operations({
        root: await openRoot(root, directory, shares),
        directory,
        shares,
        ownership,
        listXattrs,
        mountedAt: clock.now(),
        fail: (error, where) => {
          failures.report(error, where);
          return new FileSystemError("EIO", error);
        },
      });
    } catch (error) {
      await shares[Symbol.asyncDispose]();
      throw error;
    }
  }

  constructor({ root, directory, shares, ownership, listXattrs, mountedAt, fail }: OperationsParts) {
    this.root = root;
    this.shares = shares;
    this.ownership = ownership;
    this.mountedAt = mountedAt;
    this.#directory = directory;
    this.#fail = fail;
    this.#listXattrs = listXattrs ?? false;
    this.#lister = new DirectoryLister(directory, shares);
  }

  /** @returns undefined when there is no such name; @throws FileSystemError `ENOTDIR`, `EIO` */
  child(parent: Handle, name: string): MaybePromise<Handle | undefined> {
    return this.#guard(parent, name, () => this.#child(parent, name));
  }

  /** As `child`. @throws FileSystemError `ENOENT` as well */
  lookup(parent: Handle, name: string): MaybePromise<Handle> {
    return whenReady(this.child(parent, name), (child) => child ?? missing());
  }

  /** @throws FileSystemError `EIO` */
  getattr(handle: Handle): MaybePromise<Attributes> {
    return this.#guard(handle, undefined, () => {
      switch (handle.kind) {
        case "node":
          return nodeAttributes(handle, this.ownership);
        case "latest": {
          const { name, startedAt } = handle.snapshot;
          return levelAttributes("symlink", startedAt, this.ownership, name.length);
        }
        case "share":
          return whenReady(this.shares.open(handle.name), (share) => {
            return levelAttributes("directory", share.changedAt() ?? this.mountedAt, this.ownership);
          });
        default:
          return levelAttributes("directory", this.#directory.changedAt?.() ?? this.mountedAt, this.ownership);
      }
    });
  }

  /**
   * Gives the entries of a directory to `add`, beginning with `.` and `..`, until it does not take one.
   * @param offset 0, or that of the entry to go on behind; behind one that is not there is nothing
   * @throws FileSystemError `ENOTDIR`, `EIO`
   */
  list(handle: Handle, offset: number, add: AddEntry): MaybePromise<void> {
    return this.#guard(handle, undefined, () => {
      expectDirectory(handle);
      return this.#lister.list(handle, offset, add);
    });
  }

  /**
   * As `list`, of a directory in a snapshot, without `.` and `..`, and without making anything of the entries. What is no
   * directory lists nothing.
   * @param visit returns whether it took the entry, and wants more
   * @returns whether nothing is left
   * @throws FileSystemError `EIO`
   */
  visit(directory: DirectoryPlace, offset: number, visit: (entry: EntryCursor) => boolean): MaybePromise<boolean> {
    try {
      return this.#lister.visit(directory, offset, visit);
    } catch (error) {
      if (error instanceof FileSystemError || error instanceof ElsewhereError) throw error;
      throw this.#fail(error, describePlace(directory));
    }
  }

  /** As `list`. @returns up to `limit` entries; none at the end */
  readdir(handle: Handle, offset: number, limit: number): MaybePromise<readonly DirectoryEntry[]> {
    const entries: DirectoryEntry[] = [];
    const listed = this.list(handle, offset, (entry) => entries.length < limit && entries.push(entry) > 0);
    return whenReady(listed, () => entries);
  }

  /** @throws FileSystemError `EINVAL` when it is not a symlink, `EIO` */
  readlink(handle: Handle): MaybePromise<string> {
    return this.#guard(handle, undefined, () => {
      if (handle.kind === "latest") return handle.snapshot.name;
      if (handle.kind !== "node" || handle.entry.kind !== "symlink") throw new FileSystemError("EINVAL");
      return this.#linkTarget(handle);
    });
  }

  /**
   * Says whether the handle can be read from. Nothing has to be released.
   * @throws FileSystemError `EISDIR`, `ELOOP` (a symlink), `EROFS` when it is to be written to
   */
  open(handle: Handle, access: { readonly write: boolean }): NodeHandle {
    const kind = kindOf(handle);
    if (kind === "directory") throw new FileSystemError("EISDIR");
    if (kind === "symlink" || handle.kind !== "node") throw new FileSystemError("ELOOP");
    if (access.write) throw new FileSystemError("EROFS");
    return handle;
  }

  /**
   * @param handle a file
   * @returns `lengthBytes` bytes, fewer only at the end of the file, none behind it. Do not write to them
   * @throws FileSystemError `EINVAL`, `EIO`
   */
  read(
    handle: NodeHandle,
    offset: number,
    lengthBytes: number,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): MaybePromise<Uint8Array> {
    return this.#guard(handle, undefined, () => {
      if (!Number.isSafeInteger(offset) || offset < 0 || lengthBytes < 0) throw new FileSystemError("EINVAL");
      const { share, entry } = handle;
      return share.mounted.content.read(entry.contentId, entry.sizeBytes, offset, lengthBytes, options);
    });
  }

  /** The snapshot's figures; above, the sum of what the newest snapshots hold of the shares that are open. */
  statfs(handle: Handle): MaybePromise<FileSystemFigures> {
    return this.#guard(handle, undefined, () => {
      if (handle.kind === "node") return figures([handle.snapshot]);
      if (handle.kind === "latest") return figures([handle.snapshot]);
      if (handle.kind === "share") {
        return whenReady(this.shares.open(handle.name), (share) => figures([share.newest()]));
      }
      const opened = [...this.shares.opened()];
      const beneath = opened.filter(({ name }) => handle.kind === "tenants" || name.tenant === handle.tenant);
      return figures(beneath.map((share) => share.newest()));
    });
  }

  /** @throws FileSystemError `ENODATA` when it has no such attribute, `EIO` */
  getxattr(handle: Handle, name: string): MaybePromise<Uint8Array> {
    return this.#guard(handle, undefined, () => {
      if (handle.kind !== "node" || !isShown(name)) throw new FileSystemError("ENODATA");
      const known = treeXattr(handle, name);
      return known ?? this.#storedXattr(handle, name);
    });
  }

  /** The full names of attributes, ours only when the mount was told to. @throws FileSystemError `EIO` */
  listxattr(handle: Handle): MaybePromise<readonly string[]> {
    return this.#guard(handle, undefined, async () => {
      // Linux has no user attributes on symlinks: what were listed could not be read.
      if (handle.kind !== "node" || handle.entry.kind === "symlink") return [];
      // Without ours nothing has to be known of them.
      const stored = await storedNode(handle, this.#listXattrs);
      return listedXattrs(handle, stored, this.#listXattrs);
    });
  }

  /** Closes every share that was opened. Nothing may be asked afterwards. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shares[Symbol.asyncDispose]();
  }

  async #linkTarget({ share, entry }: NodeHandle): Promise<string> {
    const { linkTarget } = await share.mounted.metadata.metadataOf(entry.version);
    if (linkTarget !== undefined) return linkTarget;
    throw new DamagedError("The link target is missing.", { where: `version ${entry.version}` });
  }

  async #storedXattr(handle: NodeHandle, name: string): Promise<Uint8Array> {
    const value = storedXattr(handle, await storedNode(handle, tellsDescriptor(name)), name);
    if (value === undefined) throw new FileSystemError("ENODATA");
    return value;
  }

  #child(parent: Handle, name: string): MaybePromise<Handle | undefined> {
    expectDirectory(parent);
    switch (parent.kind) {
      case "tenants":
        return tenantNames(this.#directory.list()).includes(name) ? { kind: "tenant", tenant: name } : undefined;
      case "tenant":
        return sharesOf(this.#directory.list(), parent.tenant).find((share) => share.name.share === name);
      case "share":
        return whenReady(this.shares.open(parent.name), (share): Handle | undefined => {
          if (name !== LATEST) return snapshotRoot(share, name);
          const snapshot = share.newest();
          return snapshot && { kind: "latest", share, snapshot };
        });
      case "latest":
        return undefined;
      case "node": {
        const entry = parent.view.lookup(parent.entry.nodeId, name);
        return entry && { ...parent, entry };
      }
    }
  }

  #guard<T>(handle: Handle, child: string | undefined, run: () => MaybePromise<T>): MaybePromise<T> {
    return translateErrors(run, (error) => {
      if (error instanceof FileSystemError || error instanceof ElsewhereError) return error;
      return this.#fail(error, describe(handle, child));
    });
  }
}

/** @param withDescriptor whether what its permission key stands for is wanted as well */
async function storedNode({ share, entry }: NodeHandle, withDescriptor: boolean): Promise<StoredNode> {
  const { metadata } = share.mounted;
  const put = await metadata.putOf(entry.version);
  const { permissionKey } = put.metadata;
  if (!withDescriptor || permissionKey === undefined) return { put, descriptor: undefined };
  return { put, descriptor: await metadata.descriptorOf(permissionKey, entry.version) };
}

function figures(
  snapshots: readonly ({ bytes: number; files: number; directories: number } | undefined)[],
): FileSystemFigures {
  let bytes = 0;
  let nodes = 0;
  for (const snapshot of snapshots) {
    bytes += snapshot?.bytes ?? 0;
    nodes += (snapshot?.files ?? 0) + (snapshot?.directories ?? 0);
  }
  return { bytes, nodes, nameMaxBytes: 765 };
}

function expectDirectory(handle: Handle): void {
  if (kindOf(handle) !== "directory") throw new FileSystemError("ENOTDIR");
}

function missing(): never {
  throw new FileSystemError("ENOENT");
}
