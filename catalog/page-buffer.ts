/**
 * One page read from LMDB into a buffer that is used again and again: making a buffer for each costs more than reading it.
 */
import type { Database } from "lmdb";
import { DamagedError } from "../core/errors.js";
import { PAGE_BYTES } from "./page.js";

export class PageBuffer {
  readonly #bytes = Buffer.alloc(PAGE_BYTES);
  #view: Buffer = Buffer.alloc(0);

  /**
   * @returns the value of `key`, until the next call
   * @throws DamagedError when it is longer than a page, or missing
   */
  read(database: Database<Buffer, Buffer>, key: Buffer): Buffer {
    // lmdb-js gives its own buffer here, with the length beside it: what lies behind is left from other values.
    const value = database.getBinaryFast(key);
    const { lastSize } = database as unknown as { readonly lastSize: number };
    if (!value || lastSize > PAGE_BYTES)
      throw new DamagedError("A page of the node tree is missing or too long.", { where: "pages" });
    this.#viewOf(value).copy(this.#bytes, 0, 0, lastSize);
    return this.#bytes.subarray(0, lastSize);
  }

  /** lmdb-js puts a `length` of its own on its buffer, with which Node's methods go wrong; it nearly always gives the same one. */
  #viewOf({ buffer, byteOffset }: Buffer): Buffer {
    if (this.#view.buffer !== buffer || this.#view.byteOffset !== byteOffset) {
      const size = Math.min(PAGE_BYTES, buffer.byteLength - byteOffset);
      this.#view = Buffer.from(buffer, byteOffset, size);
    }
    return this.#view;
  }
}
