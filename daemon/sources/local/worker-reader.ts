/**
 * Reading local files on other threads. A descriptor belongs to the process, so a directory that the session holds open is
 * under /proc/self/fd for every thread of it, and files are found through it as the session itself would find them.
 */
import { closeSync, fstatSync, openSync, readSync, type BigIntStats } from "node:fs";
import type { FileReader, OpenedFile } from "../../../store/content/workers/file-reader.js";
import type { SourceEntry, SourcePath } from "../source.js";
import { changedFailure, nodeFailure } from "./failures.js";
import { isAsListed, OPEN_FLAGS } from "./opened-file.js";

/** One file of a directory; structured-clonable. */
export interface LocalRequest {
  /** The same object for all files of a directory, so that a message holds it once. */
  readonly directory: LocalDirectory;
  readonly name: string;
  readonly listed: ListedFile;
}

export interface LocalDirectory {
  /** Where it is found, as long as the ticket is open. */
  readonly file: string;
  readonly path: SourcePath;
}

/** What the listing said. */
export type ListedFile = Pick<SourceEntry, "sizeBytes" | "mtimeNs" | "signature">;

export const reader: FileReader = {
  open: (request) => new LocalFile(request as LocalRequest),
};

class LocalFile implements OpenedFile {
  readonly #request: LocalRequest;
  readonly #descriptor: number;
  #left: number;

  constructor(request: LocalRequest) {
    this.#request = request;
    this.#left = request.listed.sizeBytes;
    this.#descriptor = this.#attempt(() => openSync(`${request.directory.file}/${request.name}`, OPEN_FLAGS));
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
    if (!holds(stats) || !isAsListed(stats, this.#request.listed)) throw changedFailure(this.#path);
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw nodeFailure(this.#path, error);
    }
  }

  get #path(): SourcePath {
    return [...this.#request.directory.path, this.#request.name];
  }
}
