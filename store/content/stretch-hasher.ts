/**
 * What some stretches of a content have in its xorhash: taken out of the old one and put into the new one, both by XOR,
 * they make the xorhash of a content of which nothing else has changed.
 */
import { type ByteRanges } from "../../core/byte-range.js";
import { SharestrataError } from "../../core/errors.js";
import { XORHASH_BLOCK_BYTES, Xorhasher } from "./xorhash.js";

export class StretchHasher {
  readonly #stretches: ByteRanges;
  #index = 0;
  #hasher: Xorhasher | undefined;
  /** How far the current stretch is. */
  #at = 0;
  #value = 0n;

  /** @param stretches of whole blocks, but for the end of the content */
  constructor(stretches: ByteRanges) {
    this.#stretches = stretches;
    this.#begin();
  }

  /** Bytes of the content from `offset` on, ascending from call to call. What lies in no stretch is passed over. */
  update(offset: number, bytes: Uint8Array): this {
    const end = offset + bytes.length;
    for (let stretch = this.#current; stretch && stretch.start < end; stretch = this.#current) {
      const from = Math.max(offset, stretch.start);
      const to = Math.min(end, stretch.end);
      if (from !== this.#at) throw incomplete(this.#at);
      this.#hasher?.update(bytes.subarray(from - offset, to - offset));
      this.#at = to;
      if (to < stretch.end) break;
      this.#value ^= this.#hasher?.digest() ?? 0n;
      this.#index++;
      this.#begin();
    }
    return this;
  }

  /** @throws SharestrataError `INTERNAL` when a byte of the stretches was not given */
  digest(): bigint {
    if (this.#current) throw incomplete(this.#at);
    return this.#value;
  }

  get #current() {
    return this.#stretches[this.#index];
  }

  #begin(): void {
    this.#at = this.#current?.start ?? 0;
    this.#hasher = this.#current && new Xorhasher(Math.floor(this.#at / XORHASH_BLOCK_BYTES));
  }
}

function incomplete(at: number): SharestrataError {
  return new SharestrataError("INTERNAL", `The xorhash of a changed content lacks the bytes at ${at}.`);
}
