// Fills a share in as few words as possible: paths are text, missing parents are made, contents are
// strings or buffers. Everything still goes through the share's own rules.
import { Content, memorySource } from "./content.js";
import type { DirectoryState, FileState, FoundNode, SymbolicLinkState } from "./node.js";
import { parseResourcePath, type ResourcePath } from "./resource-path.js";
import type { Share } from "./share.js";
import type { NodeChanges } from "./node-changes.js";
import type { FileChanges, RenameOptions } from "./share-files.js";

export class Seed {
  constructor(private readonly share: Share) {}

  /** Creates or replaces a file. `changes.size` makes it longer than its bytes, with a hole. */
  file(path: string, bytes: string | Buffer = "", changes: FileChanges = {}): FoundNode<FileState> {
    const { files, tree } = this.share;
    const names = this.#path(path);
    this.#parents(names);
    const buffer = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    const source = tree.writer?.store(buffer) ?? memorySource(buffer);
    const content = Content.of(source, tree.writer?.newStamp() ?? 0);
    return files.createFile(names, { size: buffer.length, ...changes, content });
  }

  /** Makes sure a directory exists; changes are set on it either way. */
  directory(path: string, changes: NodeChanges = {}): FoundNode<DirectoryState> {
    const names = this.#path(path);
    this.#parents(names);
    const { files, live } = this.share;
    return live.find(names) ? files.updateDirectory(names, changes) : files.createDirectory(names, changes);
  }

  /** NFS shares only. */
  symbolicLink(path: string, target: string): FoundNode<SymbolicLinkState> {
    const names = this.#path(path);
    this.#parents(names);
    return this.share.files.createSymbolicLink(names, target);
  }

  /** Overwrites bytes of a file that is there. */
  write(path: string, start: number, bytes: string | Buffer): FoundNode<FileState> {
    const buffer = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    return this.share.files.writeRange(this.#path(path), start, buffer);
  }

  move(from: string, to: string, options: RenameOptions = {}): FoundNode {
    return this.share.files.rename(this.#path(from), this.#path(to), options);
  }

  /** Removes a file, or a directory with all beneath it. */
  remove(path: string): void {
    this.#remove(this.#path(path));
  }

  #remove(path: ResourcePath): void {
    const { files, live } = this.share;
    const found = live.find(path);
    if (found?.state.kind !== "directory") {
      files.deleteFile(path);
      return;
    }
    const directory = found as FoundNode<DirectoryState>;
    const { entries } = live.list(directory, { limit: Number.POSITIVE_INFINITY });
    for (const { name } of entries) this.#remove([...path, name]);
    if (path.length > 0) files.deleteDirectory(path);
  }

  #parents(path: ResourcePath): void {
    const { files, live } = this.share;
    if (live.find(path.slice(0, -1))) return;
    for (let length = 1; length < path.length; length++) {
      const parent = path.slice(0, length);
      if (!live.find(parent)) files.createDirectory(parent);
    }
  }

  #path(text: string): ResourcePath {
    const { protocol } = this.share.record;
    return parseResourcePath(text, { protocol, keepTrailingDots: true });
  }
}
