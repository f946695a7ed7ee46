/**
 * Reading local files on other threads. A descriptor belongs to the process, so a directory that the session holds open is
 * under /proc/self/fd for every thread of it, and files are found through it as the session itself would find them.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { FileReader, OpenedFile } from "../../../store/content/workers/file-reader.js";
import type { SourceEntry, SourcePath } from "../source.js";
import { changedFailure, nodeFailure } from "./failures.js";
import { isAsListed, OPEN_FLAGS } from "./opened-file.js";

/**
 * One file of a directory, and what its listing said. A list and no object, because a message would hold the names of an
 * object's fields for every file; the directory is the same object for all its files, so a message holds it once.
 */
export type LocalRequest = readonly [directory: LocalDirectory, name: string, ...listed: ListedFile];

export interface LocalDirectory {
  /** Where it is found, as long as the ticket is open. */
  readonly file: string;
  readonly path: SourcePath;
}

type ListedFile = readonly [
  sizeBytes: SourceEntry["sizeBytes"],
  mtimeNs: SourceEntry["mtimeNs"],
  signature: SourceEntry["signature"],
];

/** A file of no more is read before it is asked what it is: if it is not what was listed, that is found out behind it. */
const READ_AT_ONCE = 1024 * 1024;

export const reader: FileReader = {
  open: (request) => new LocalFile(request as LocalRequest),
};

class LocalFile implements OpenedFile {
  readonly #directory: LocalDirectory;
  readonly #name: string;
  readonly #listed: Pick<SourceEntry, "sizeBytes" | "mtimeNs" | "signature">;
  readonly #descriptor: number;
  #left: number;

  constructor([directory, name, sizeBytes, mtimeNs, signature]: LocalRequest) {
    this.#directory = directory;
    this.#name = name;
    this.#listed = { sizeBytes, mtimeNs, signature };
    this.#left = sizeBytes;
    this.#descriptor = this.#attempt(() => openSync(`${directory.file}/${name}`, OPEN_FLAGS));
    if (sizeBytes <= READ_AT_ONCE) return;
    try {
      this.#expectAsListed();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  read(into: Uint8Array, offset: number, lengthBytes: number): number {
    try {
      const count = readSync(this.#descriptor, into, offset, lengthBytes, null);
      this.#left -= count;
      return count;
    } catch (error) {
      // A folder or a pipe in the place of the file is a change, and no file that cannot be read.
      this.#expectAsListed();
      throw nodeFailure(this.#path, error);
    }
  }

  verify(): void {
    if (this.#left !== 0) throw changedFailure(this.#path);
    this.#expectAsListed();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** The signature tells also what kind of node it is. */
  #expectAsListed(): void {
    const stats = this.#attempt(() => fstatSync(this.#descriptor, { bigint: true }));
    if (!isAsListed(stats, this.#listed)) throw changedFailure(this.#path);
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw nodeFailure(this.#path, error);
    }
  }

  get #path(): SourcePath {
    return [...this.#directory.path, this.#name];
  }
}
