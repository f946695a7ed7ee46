/**
 * Reading local files on other threads. A descriptor belongs to the process, so a directory that the session holds open is
 * under /proc/self/fd for every thread of it, and files are found through it as the session itself would find them.
 */
import { closeSync, fstatSync, openSync, readSync, type BigIntStats } from "node:fs";
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
    try {
      this.#expectAsListed((stats) => stats.isFile());
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  read(into: Uint8Array, offset: number, lengthBytes: number): number {
    const count = this.#attempt(() => readSync(this.#descriptor, into, offset, lengthBytes, null));
    this.#left -= count;
    return count;
  }

  verify(): void {
    if (this.#left !== 0) throw changedFailure(this.#path);
    this.#expectAsListed(() => true);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #expectAsListed(holds: (stats: BigIntStats) => boolean): void {
    const stats = this.#attempt(() => fstatSync(this.#descriptor, { bigint: true }));
    if (!holds(stats) || !isAsListed(stats, this.#listed)) throw changedFailure(this.#path);
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
