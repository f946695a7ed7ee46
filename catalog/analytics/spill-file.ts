/**
 * Blocks of bytes that do not fit in memory. They lie in one file that has no name: it is unlinked as soon as it is open, so
 * that nothing is left behind however the process ends, `kill -9` included. A block that has been read is free for the next
 * one, so the file is never larger than what waits in it at one time.
 *
 * Reading and writing are synchronous, because whoever calls handles a million records a second.
 */
import { closeSync, openSync, readSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { messageOf, SharestrataError, systemCode } from "../../core/errors.js";

/** What stays free on the disk: a backup may be running, and needs room for its catalog (room.ts). */
const KEPT_FREE_BYTES = 256 * 1024 ** 2;
/** Blocks between two looks at the free room: together far less than what is kept free. */
const LOOK_EVERY = 256;

export class SpillFile implements Disposable {
  readonly #folder: string;
  readonly #blockBytes: number;
  readonly #free: number[] = [];
  #descriptor: number | undefined;
  #blocks = 0;

  /**
   * Nothing is made before the first block is written.
   * @param folder exists; the file lies on its disk
   */
  constructor(folder: string, blockBytes: number) {
    this.#folder = folder;
    this.#blockBytes = blockBytes;
  }

  /** The most bytes the file has held. */
  get bytes(): number {
    return this.#blocks * this.#blockBytes;
  }

  /**
   * @param block of the size that was told
   * @returns its number, for `take`
   * @throws SharestrataError `STORE_FULL`; `FAILED` when the folder cannot be written to
   */
  write(block: Uint8Array): number {
    try {
      this.#descriptor ??= openNameless(this.#folder);
      const number = this.#free.pop() ?? this.#grow();
      let done = 0;
      while (done < this.#blockBytes) {
        done += writeSync(this.#descriptor, block, done, this.#blockBytes - done, number * this.#blockBytes + done);
      }
      return number;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Reads a block and gives its place away. @throws SharestrataError `FAILED` */
  take(number: number, into: Uint8Array): void {
    try {
      let done = 0;
      while (done < this.#blockBytes) {
        const at = number * this.#blockBytes + done;
        const read = readSync(this.#descriptor ?? -1, into, done, this.#blockBytes - done, at);
        if (read === 0) throw new Error("the temporary file ends too early");
        done += read;
      }
    } catch (error) {
      throw this.#failure(error);
    }
    this.#free.push(number);
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #grow(): number {
    if (this.#blocks % LOOK_EVERY === 0) {
      const { bavail, bsize } = statfsSync(this.#folder);
      if (bavail * bsize < KEPT_FREE_BYTES) throw this.#full();
    }
    return this.#blocks++;
  }

  /** What the system says becomes an error of ours; anything else is a fault and stays what it is. */
  #failure(error: unknown): unknown {
    const code = systemCode(error) ?? "";
    if (error instanceof SharestrataError || !/^E[A-Z0-9]+$/.test(code)) return error;
    if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code)) return this.#full(error);
    const message = `Duplicates cannot be looked for, because of a temporary file in ${this.#folder}: ${messageOf(error)}.`;
    return new SharestrataError("FAILED", message, { where: this.#folder }, error);
  }

  #full(cause?: unknown): SharestrataError {
    return new SharestrataError(
      "STORE_FULL",
      `Too little space is left in ${this.#folder} to look for duplicates (40 bytes a file, and 256 MiB that stay free): ` +
        "make room, or leave duplicates out.",
      { where: this.#folder },
      cause,
    );
  }
}

function openNameless(folder: string): number {
  const path = join(folder, `.report-${randomUUID()}`);
  const descriptor = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  return descriptor;
}
