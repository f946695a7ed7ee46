/**
 * An LMDB file read as bytes, without LMDB: what is damaged can then do no more harm than any other wrong bytes. Nothing is
 * mapped into memory, so a file that is cut off meanwhile is an error and not the end of the process.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { PAGE_BYTES, readMeta, type MetaPage } from "./meta-page.js";
import { OVERFLOW_HEADER_BYTES, overflowProblem, type OverflowPlace } from "./tree-page.js";

export class PageFile implements Disposable {
  readonly path: string;
  readonly #descriptor: number;
  /** So far, but for the first pages. */
  bytesRead = 0;

  /** @throws the system's error when it cannot be opened */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, "r");
  }

  /** As of now; a string says what is wrong. */
  meta(): MetaPage | string {
    return readMeta(this.#descriptor);
  }

  /** @returns undefined when the file ends before */
  page(number: number): Buffer | undefined {
    return this.#read(number * PAGE_BYTES, PAGE_BYTES);
  }

  /** A value that has pages of its own; a string says what is wrong with those. */
  overflow(place: OverflowPlace): Buffer | string {
    const bytes = this.#read(place.page * PAGE_BYTES, OVERFLOW_HEADER_BYTES + place.sizeBytes);
    if (!bytes) return "the file ends before it";
    return overflowProblem(bytes, place) ?? bytes.subarray(OVERFLOW_HEADER_BYTES);
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  #read(position: number, size: number): Buffer | undefined {
    const bytes = Buffer.allocUnsafe(size);
    for (let done = 0; done < size;) {
      const count = readSync(this.#descriptor, bytes, done, size - done, position + done);
      if (count === 0) return undefined;
      done += count;
      this.bytesRead += count;
    }
    return bytes;
  }
}
