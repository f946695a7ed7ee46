/**
 * The chunks of a content that is an older one with some ranges changed in place, without reading all of it. A cut
 * depends on nothing but the bytes since the cut before it (fastcdc.ts), so chunks before a change stay; from the
 * chunk that it touches on, the bytes are cut anew, until a cut falls on an old one; from there the old chunks stay.
 * What comes out is exactly what cutting the whole content would give.
 */
import { type ByteRange, type ByteRanges, joined } from "../../core/byte-range.js";
import type { Chunker } from "./chunker.js";
import { XORHASH_BLOCK_BYTES } from "./xorhash.js";

/** In the order of the content. */
export type Rechunked =
  /** The old chunk with this index, as it is. */
  { readonly kind: "kept"; readonly index: number } | { readonly kind: "cut"; readonly chunk: Uint8Array };

/**
 * What has to be looked at: the changes, and what was added or removed at the end, rounded to whole blocks of the xorhash.
 * It may lie behind the end of either content.
 */
export function changedBlocks(changes: Iterable<ByteRange>, oldBytes: number, newBytes: number): ByteRanges {
  const [less, more] = oldBytes < newBytes ? [oldBytes, newBytes] : [newBytes, oldBytes];
  const block = (range: ByteRange): ByteRange => ({
    start: Math.floor(range.start / XORHASH_BLOCK_BYTES) * XORHASH_BLOCK_BYTES,
    end: Math.min(Math.ceil(range.end / XORHASH_BLOCK_BYTES) * XORHASH_BLOCK_BYTES, more),
  });
  const ends = less === more ? [] : [{ start: less, end: more }];
  return joined([...changes, ...ends].map(block));
}

export class Rechunking {
  /** Of the old content, what can be part of the new one: where chunks begin, and behind the last one where it ends. */
  readonly #starts: readonly number[];
  readonly #isTouched: readonly boolean[];
  readonly #sizeBytes: number;

  /**
   * @param oldSizes sizes of the old chunks, in order; at least one
   * @param sizeBytes of the new content
   * @param changed where it may differ from the old one, as of `changedBlocks`
   */
  constructor(oldSizes: readonly number[], sizeBytes: number, changed: ByteRanges) {
    const starts = [0];
    const isTouched: boolean[] = [];
    let range = 0;
    for (const [index, size] of oldSizes.entries()) {
      const start = starts[index] ?? 0;
      if (start >= sizeBytes) break;
      const end = start + size;
      while ((changed[range]?.end ?? Infinity) <= start) range++;
      const isChanged = (changed[range]?.start ?? Infinity) < end;
      // The last one ends where it does because the content did.
      const wasLast = index === oldSizes.length - 1 && end !== sizeBytes;
      isTouched.push(isChanged || wasLast || end > sizeBytes);
      starts.push(end);
    }
    this.#starts = starts;
    this.#isTouched = isTouched;
    this.#sizeBytes = sizeBytes;
  }

  /** How much is read at least. */
  get touchedBytes(): number {
    return this.#isTouched.reduce((sum, isTouched, index) => {
      return isTouched ? sum + this.#startOf(index + 1) - this.#startOf(index) : sum;
    }, 0);
  }

  /**
   * @param chunker of the settings that the old content was cut with, at its beginning
   * @param read the bytes of a stretch of the new content, exactly; called for one after the other, ascending
   */
  async *run(
    chunker: Chunker,
    read: (range: ByteRange) => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Rechunked, void, undefined> {
    for (let index = 0; index < this.#isTouched.length;) {
      if (this.#isTouched[index] !== true) {
        yield { kind: "kept", index: index++ };
        continue;
      }
      let cutBytes = this.#startOf(index);
      let isInStep = false;
      while (!isInStep && index < this.#isTouched.length) {
        const next = this.#nextStep(index);
        const end = this.#startOf(next);
        for await (const piece of read({ start: this.#startOf(index), end })) {
          for (const chunk of chunker.push(piece)) {
            cutBytes += chunk.length;
            yield { kind: "cut", chunk };
          }
        }
        index = next;
        isInStep = cutBytes === end;
      }
      const last = chunker.finish();
      if (last) yield { kind: "cut", chunk: last };
    }
  }

  /** Up to the next chunk that could stay, but past one at least: only there can the cuts be in step again. */
  #nextStep(index: number): number {
    let next = index + 1;
    while (this.#isTouched[next] === true) next++;
    return next;
  }

  #startOf(index: number): number {
    return index >= this.#isTouched.length ? this.#sizeBytes : (this.#starts[index] ?? 0);
  }
}
