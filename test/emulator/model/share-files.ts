// The rules of changing a share's tree: parents exist, kinds match, read-only files stay, leases hold,
// every change gets a new ETag. HTTP operations and tests that seed a share both come through here.
import { randomUUID } from "node:crypto";
import { StorageError } from "../errors.js";
import { hasAttribute } from "./attributes.js";
import { type ByteSource, Content } from "./content.js";
import { copiedBytes, isPending } from "./copy-progress.js";
import type { Ticker } from "./file-time.js";
import type { LeaseTable } from "./lease-table.js";
import type {
  ContentHeaders,
  CopyState,
  DirectoryState,
  FileState,
  FoundNode,
  NodeProperties,
  NodeState,
  SymbolicLinkState,
  TreeReader,
  TreeWriter,
} from "./node.js";
import { changedProperties, newProperties, type NodeChanges, touched } from "./node-changes.js";
import type { Permissions } from "./permissions.js";
import type { ResourcePath } from "./resource-path.js";
import type { ShareRecord } from "./share-record.js";

export interface FileChanges extends NodeChanges {
  readonly size?: number;
  readonly headers?: ContentHeaders;
  readonly copy?: CopyState;
}

export interface FileInit extends FileChanges {
  readonly size: number;
  readonly content?: Content;
}

export interface RenameOptions extends NodeChanges {
  readonly contentType?: string;
  readonly replaceIfExists?: boolean;
  readonly ignoreReadOnly?: boolean;
  readonly sourceLeaseId?: string | undefined;
  readonly destinationLeaseId?: string | undefined;
}

/** When a range write happened, as far as LastWriteTime is concerned. */
export type WriteTime = "now" | "preserve";

/** What a file has that was created without content headers. */
export const defaultContentHeaders: ContentHeaders = { type: "application/octet-stream" };

export class ShareFiles {
  constructor(
    private readonly live: TreeReader,
    private readonly writer: TreeWriter,
    private readonly ticker: Ticker,
    private readonly permissions: Permissions,
    private readonly leases: LeaseTable,
    private readonly share: { readonly record: Pick<ShareRecord, "protocol" | "quotaGiB"> },
  ) {}

  /** Creates a file, or replaces the one that is there. */
  createFile(path: ResourcePath, init: FileInit, leaseId?: string): FoundNode<FileState> {
    const parent = this.#parent(path);
    const existing = this.live.find(path);
    if (existing) {
      if (existing.state.kind !== "file") throw new StorageError("ResourceTypeMismatch");
      this.#checkWritable(existing.state);
      this.#checkNoCopy(existing.state);
      this.leases.check(existing.id, leaseId);
    } else if (leaseId !== undefined) {
      throw new StorageError("LeaseNotPresentWithFileOperation");
    }
    this.#checkRoom(init.size - (existing?.state.kind === "file" ? existing.state.size : 0));
    const state: FileState = {
      ...this.#new(init, "file", parent),
      kind: "file",
      size: init.size,
      content: init.content ?? Content.empty,
      headers: init.headers ?? defaultContentHeaders,
      linkCount: 1,
      ...(init.copy && { copy: init.copy }),
    };
    const id = this.writer.newId();
    if (existing) {
      this.leases.move(existing.id, id);
      this.#dropLink(existing, path);
    }
    return this.#enter(parent, path, id, state);
  }

  /** Throws ResourceAlreadyExists when anything has the name. */
  createDirectory(path: ResourcePath, changes: NodeChanges = {}): FoundNode<DirectoryState> {
    if (path.length === 0) throw new StorageError("ResourceAlreadyExists");
    const parent = this.#parent(path);
    if (this.live.find(path)) throw new StorageError("ResourceAlreadyExists");
    const state: DirectoryState = {
      ...this.#new(changes, "directory", parent),
      kind: "directory",
    };
    return this.#enter(parent, path, this.writer.newId(), state);
  }

  createSymbolicLink(path: ResourcePath, target: string, changes: NodeChanges = {}): FoundNode<SymbolicLinkState> {
    const parent = this.#parent(path);
    if (this.live.find(path)) throw new StorageError("ResourceAlreadyExists");
    const { attributes: _, ...properties } = this.#new(changes, "file", parent);
    const state: SymbolicLinkState = {
      ...properties,
      attributes: "None",
      posix: { owner: "0", group: "0", ...changes.posix, mode: "0777" },
      kind: "symlink",
      target,
      linkCount: 1,
    };
    return this.#enter(parent, path, this.writer.newId(), state);
  }

  createHardLink(path: ResourcePath, targetPath: ResourcePath, leaseId?: string): FoundNode {
    const parent = this.#parent(path);
    const target = this.live.find(targetPath);
    if (!target) throw new StorageError("ResourceNotFound");
    if (target.state.kind === "directory") throw new StorageError("ResourceTypeMismatch");
    if (this.live.find(path)) throw new StorageError("ResourceAlreadyExists");
    this.leases.check(target.id, leaseId);
    const now = this.ticker.next();
    const state = { ...target.state, linkCount: target.state.linkCount + 1, ...touched(now) };
    return this.#enter(parent, path, target.id, state);
  }

  /** Gives the number of links the file has left. */
  deleteFile(path: ResourcePath, leaseId?: string): number {
    const found = this.live.find(path);
    if (!found) throw this.#missing(path);
    if (found.state.kind === "directory") throw new StorageError("ResourceTypeMismatch");
    this.#checkWritable(found.state);
    this.leases.check(found.id, leaseId);
    return this.#dropLink(found, path);
  }

  deleteDirectory(path: ResourcePath): void {
    const found = this.directory(path);
    if (path.length === 0) throw new StorageError("CannotDeleteFileOrDirectory");
    if (!this.writer.isEmpty(found.id)) throw new StorageError("DirectoryNotEmpty");
    this.#checkWritable(found.state);
    this.writer.unlink(found.parentId, path.at(-1)!);
    this.writer.forget(found.id);
  }

  /** Sets properties of a directory. */
  updateDirectory(path: ResourcePath, changes: NodeChanges): FoundNode<DirectoryState> {
    const found = this.directory(path);
    return this.#save(found, { ...found.state, ...changedProperties(this.ticker.next(), found.state, changes) });
  }

  /** Sets properties of a file; a size cuts it or makes it longer with a hole. */
  updateFile(path: ResourcePath, changes: FileChanges, leaseId?: string): FoundNode<FileState> {
    const found = this.file(path);
    this.leases.check(found.id, leaseId);
    this.#checkNoCopy(found.state);
    const size = changes.size ?? found.state.size;
    if (size !== found.state.size) this.#checkWritable(found.state, changes.attributes);
    this.#checkRoom(size - found.state.size);
    return this.#save(found, {
      ...found.state,
      ...changedProperties(this.ticker.next(), found.state, changes),
      size,
      content: size < found.state.size ? found.state.content.truncate(size) : found.state.content,
      headers: changes.headers ?? found.state.headers,
      ...(changes.copy && { copy: changes.copy }),
    });
  }

  /** Writes bytes at `start`. Throws InvalidRange when they would end beyond the file. */
  writeRange(
    path: ResourcePath,
    start: number,
    bytes: Buffer | ByteSource,
    writeTime: WriteTime = "now",
    leaseId?: string,
  ): FoundNode<FileState> {
    const found = this.#rangeTarget(path, start + bytes.length, leaseId);
    const source = Buffer.isBuffer(bytes) ? this.writer.store(bytes) : bytes;
    const content = found.state.content.write(start, source, this.writer.newStamp());
    return this.#saveContent(found, content, writeTime);
  }

  /** Clears bytes [start, end). */
  clearRange(
    path: ResourcePath,
    start: number,
    end: number,
    writeTime: WriteTime = "now",
    leaseId?: string,
  ): FoundNode<FileState> {
    const found = this.#rangeTarget(path, end, leaseId);
    const cleared = found.state.content.clear(start, end, this.writer.newStamp());
    return this.#saveContent(found, cleared, writeTime);
  }

  /** Ends a pending copy: the file keeps its properties, and nothing of its bytes. */
  abortCopy(path: ResourcePath, leaseId?: string): FoundNode<FileState> {
    const found = this.file(path);
    this.leases.check(found.id, leaseId);
    const now = this.ticker.next();
    const { copy } = found.state;
    return this.#save(found, {
      ...found.state,
      ...touched(now),
      size: 0,
      content: Content.empty,
      ...(copy && {
        copy: { ...copy, status: "aborted", completed: now.time, bytes: copiedBytes(copy, this.ticker.clock()) },
      }),
    });
  }

  /** Moves a node and all beneath it, keeping its id and its write and creation times. */
  rename(source: ResourcePath, destination: ResourcePath, options: RenameOptions = {}): FoundNode {
    const found = this.live.find(source);
    if (!found) throw this.#missing(source);
    if (source.length === 0 || destination.length === 0) throw new StorageError("InvalidUri");
    const parent = this.#parent(destination);
    this.leases.check(found.id, options.sourceLeaseId);
    const existing = this.live.find(destination);
    if (existing && existing.id !== found.id) this.#displace(existing, options);
    else if (!existing && options.destinationLeaseId !== undefined) {
      throw new StorageError("LeaseNotPresentWithFileOperation");
    }
    if (found.state.kind === "directory" && this.#isInside(destination, found)) {
      throw new StorageError("SharingViolation");
    }
    const changed = { ...found.state, ...changedProperties(this.ticker.next(), found.state, options) } as NodeState;
    const state =
      changed.kind === "file" && options.contentType !== undefined
        ? { ...changed, headers: { ...changed.headers, type: options.contentType } }
        : changed;
    if (existing && existing.id !== found.id) this.#remove(existing, destination);
    this.writer.unlink(found.parentId, source.at(-1)!);
    return this.#enter(parent, destination, found.id, state);
  }

  /** The live file at a path. Throws ResourceNotFound, ParentNotFound or ResourceTypeMismatch. */
  file(path: ResourcePath): FoundNode<FileState> {
    const found = this.live.find(path);
    if (!found) throw this.#missing(path);
    if (found.state.kind !== "file") throw new StorageError("ResourceTypeMismatch");
    return found as FoundNode<FileState>;
  }

  /** The live directory at a path; throws like `file`. */
  directory(path: ResourcePath): FoundNode<DirectoryState> {
    const found = this.live.find(path);
    if (!found) throw this.#missing(path);
    if (found.state.kind !== "directory") throw new StorageError("ResourceTypeMismatch");
    return found as FoundNode<DirectoryState>;
  }

  #missing(path: ResourcePath): StorageError {
    const parent = this.live.find(path.slice(0, -1));
    return new StorageError(parent ? "ResourceNotFound" : "ParentNotFound");
  }

  #parent(path: ResourcePath): FoundNode {
    if (path.length === 0) throw new StorageError("InvalidUri");
    const parent = this.live.find(path.slice(0, -1));
    if (parent?.state.kind !== "directory") throw new StorageError("ParentNotFound");
    return parent;
  }

  #enter<State extends NodeState>(parent: FoundNode, path: ResourcePath, id: string, state: State): FoundNode<State> {
    const name = path.at(-1)!;
    this.writer.set(id, state);
    this.writer.link(parent.id, name, id);
    return { id, state, path: [...parent.path, name], parentId: parent.id };
  }

  #dropLink(found: FoundNode, path: ResourcePath): number {
    this.writer.unlink(found.parentId, path.at(-1)!);
    const left = found.state.kind === "directory" ? 0 : found.state.linkCount - 1;
    if (found.state.kind !== "directory" && left > 0) {
      const state = { ...found.state, linkCount: left, ...touched(this.ticker.next()) };
      this.writer.set(found.id, state);
    } else {
      this.leases.remove(found.id);
      this.writer.forget(found.id);
    }
    return left;
  }

  #displace(existing: FoundNode, options: RenameOptions): void {
    // A directory may take a file's place, but nothing takes that of a directory.
    if (!options.replaceIfExists || existing.state.kind === "directory") {
      throw new StorageError("ResourceAlreadyExists");
    }
    if (!options.ignoreReadOnly) this.#checkWritable(existing.state);
    this.leases.check(existing.id, options.destinationLeaseId);
  }

  #remove(existing: FoundNode, path: ResourcePath): void {
    this.leases.remove(existing.id);
    this.#dropLink(existing, path);
  }

  #isInside(path: ResourcePath, directory: FoundNode): boolean {
    for (let length = path.length - 1; length > 0; length--) {
      if (this.live.find(path.slice(0, length))?.id === directory.id) return true;
    }
    return false;
  }

  #rangeTarget(path: ResourcePath, end: number, leaseId?: string): FoundNode<FileState> {
    const found = this.file(path);
    this.#checkWritable(found.state);
    this.leases.check(found.id, leaseId);
    this.#checkNoCopy(found.state);
    if (end > found.state.size) throw new StorageError("InvalidRange");
    return found;
  }

  #saveContent(found: FoundNode<FileState>, content: Content, writeTime: WriteTime): FoundNode<FileState> {
    const now = this.ticker.next();
    return this.#save(found, {
      ...found.state,
      content,
      ...touched(now),
      ...(writeTime === "now" && { lastWriteTime: now.time }),
    });
  }

  #save<State extends NodeState>(found: FoundNode, state: State): FoundNode<State> {
    this.writer.set(found.id, state);
    return { ...found, state };
  }

  #new(changes: NodeChanges, kind: "file" | "directory", parent: FoundNode): NodeProperties {
    return newProperties(this.ticker.next(), changes, {
      kind,
      protocol: this.share.record.protocol,
      permissionKey: this.permissions.inherit(parent.state.permissionKey, kind),
    });
  }

  /** Files count with their whole size, written or not. */
  #checkRoom(moreBytes: number): void {
    const quotaBytes = this.share.record.quotaGiB * 1024 ** 3;
    if (moreBytes > 0 && this.live.usageBytes + moreBytes > quotaBytes) throw new StorageError("ShareSizeLimitReached");
  }

  #checkNoCopy(state: FileState): void {
    if (isPending(state.copy, this.ticker.clock())) throw new StorageError("PendingCopyOperation");
  }

  #checkWritable(state: NodeState, attributes = state.attributes): void {
    if (hasAttribute(attributes, "ReadOnly")) throw new StorageError("ReadOnlyAttribute");
  }
}

/** A fresh id in the form the service gives copies. */
export function newCopyId(): string {
  return randomUUID();
}
