/**
 * Extended attributes of the children of a folder that is being listed. Nearly no file has any, and asking for each costs as much as
 * hashing 40 KB; so once a few of a page have been asked for, the folder is asked which of its children have some at all.
 */
import type { Xattr } from "../../../core/node.js";
import type { SourcePath } from "../source.js";
import type { XattrReader } from "./xattrs.js";

/** So many of a page are asked for singly: of a folder in which one file has changed nothing else is looked at. */
const SINGLY = 4;
/** Asking for one costs as much as asking the folder about so many: of a small folder fewer are asked for singly. */
const CHILDREN_FOR_ONE = 8;
/** A page of fewer is the folder's last, and mostly its only one. */
const ONE_PAGE = 900;
/** Folders that are remembered, the one listed last at the end: more than are listed at a time. */
const FOLDERS = 64;

const NONE: readonly Xattr[] = [];

interface Folder {
  /** How many more are asked for singly. */
  singly: number;
  asked: Promise<ReadonlySet<string> | undefined> | undefined;
  /** What it has answered. */
  bearers: ReadonlySet<string> | undefined;
}

export class FolderXattrs implements AsyncDisposable {
  readonly #reader: XattrReader;
  readonly #folders = new Map<string, Folder>();

  /** Owns the reader. */
  constructor(reader: XattrReader) {
    this.#reader = reader;
  }

  /**
   * A page of the folder has been listed: what was found out before says nothing of its children. Of a folder of several pages
   * each child is asked for singly, as reading all of it for every page would take the square of its time.
   */
  listed(folder: SourcePath, children: number): void {
    const key = folder.join("/");
    this.#folders.delete(key);
    if (children >= ONE_PAGE) return;
    const singly = Math.min(SINGLY, Math.ceil(children / CHILDREN_FOR_ONE));
    this.#folders.set(key, { singly, asked: undefined, bearers: undefined });
    for (const oldest of this.#folders.keys()) {
      if (this.#folders.size <= FOLDERS) break;
      this.#folders.delete(oldest);
    }
  }

  /** As `XattrReader.read`; at once where it is known that there are none. */
  read(path: SourcePath): readonly Xattr[] | Promise<readonly Xattr[] | undefined> {
    const parent = path.slice(0, -1);
    const folder = path.length === 0 ? undefined : this.#folders.get(parent.join("/"));
    if (!folder || folder.singly-- > 0) return this.#reader.read(path);
    if (folder.bearers?.has(path.at(-1) ?? "") === false) return NONE;
    return this.#readWhenAsked(folder, path);
  }

  async #readWhenAsked(folder: Folder, path: SourcePath): Promise<readonly Xattr[] | undefined> {
    folder.asked ??= this.#reader.bearers(path.slice(0, -1));
    folder.bearers = await folder.asked;
    return folder.bearers?.has(path.at(-1) ?? "") === false ? NONE : this.#reader.read(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]();
  }
}
