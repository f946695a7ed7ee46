/**
 * Content-defined chunking: FastCDC with normalised chunk sizes (Xia et al., USENIX ATC 2016), on a 32-bit gear hash.
 * A chunk ends where the upper bits of the hash of the last 32 bytes are zero: more bits while the chunk is shorter
 * than the average, fewer afterwards, so that sizes gather around it. Nothing is tested below the least size, and
 * the largest is a cut in any case. The hash is warm when testing begins, so whether a place is a candidate depends
 * on the 32 bytes before it alone, which is why an insertion shifts no cut far behind it.
 *
 * Part of the format: the same bytes under the same settings must be cut alike for ever. A test holds the cuts.
 */
import type { ShareSettings } from "../shares/share-settings.js";
import type { Chunker } from "./chunker.js";
import { GEAR, GEAR_WINDOW_BYTES } from "./gear.js";

/** How many bits more or fewer than the average asks for: 2 gave the evenest sizes in the paper. */
const NORMALISATION = 2;

export type ChunkSizes = Pick<ShareSettings, "chunkMinBytes" | "chunkAverageBytes" | "chunkMaxBytes">;

export class FastCdc implements Chunker {
  readonly #min: number;
  readonly #average: number;
  readonly #max: number;
  /** Where hashing begins within a chunk. */
  readonly #warm: number;
  readonly #strictMask: number;
  readonly #looseMask: number;
  /** The pieces, or ends of pieces, that make up the chunk so far. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #hash = 0;

  constructor(sizes: ChunkSizes) {
    this.#min = sizes.chunkMinBytes;
    this.#average = sizes.chunkAverageBytes;
    this.#max = sizes.chunkMaxBytes;
    this.#warm = this.#min - GEAR_WINDOW_BYTES;
    const bits = Math.round(Math.log2(this.#average));
    this.#strictMask = upperBits(bits + NORMALISATION);
    this.#looseMask = upperBits(bits - NORMALISATION);
  }

  *push(piece: Uint8Array): Generator<Uint8Array, void> {
    let rest = piece;
    while (rest.length > 0) {
      const taken = this.#scan(rest);
      if (taken < 0) {
        this.#held.push(rest);
        this.#heldBytes += rest.length;
        return;
      }
      const chunk = this.#join(rest.subarray(0, taken));
      rest = rest.subarray(taken);
      yield chunk;
    }
  }

  finish(): Uint8Array | undefined {
    return this.#heldBytes === 0 ? undefined : this.#join(new Uint8Array(0));
  }

  /** @returns how many bytes of `bytes` belong to the chunk, −1 when it goes on behind them */
  #scan(bytes: Uint8Array): number {
    const at = this.#heldBytes;
    // Positions within `bytes`; a phase that lies before its start is over.
    const warm = within(this.#warm - at, bytes);
    const least = within(this.#min - at, bytes);
    const average = within(this.#average - at, bytes);
    const most = within(this.#max - at, bytes);
    let hash = this.#hash;
    for (let i = warm; i < least; i++) hash = ((hash << 1) + GEAR[bytes[i]!]!) | 0;
    this.#hash = hash;
    let cut = this.#find(bytes, least, average, this.#strictMask);
    if (cut < 0) cut = this.#find(bytes, average, most, this.#looseMask);
    if (cut < 0 && this.#max - at <= bytes.length) cut = most;
    return cut;
  }

  /**
   * Rolls the hash on from `from` to `to`. @returns the position behind the first byte at which no bit of `mask` is
   * set, −1 when there is none. Four bytes a turn: that is a third faster than one.
   */
  #find(bytes: Uint8Array, from: number, to: number, mask: number): number {
    const gear = GEAR;
    let hash = this.#hash;
    let i = from;
    for (const last = to - 3; i < last; i += 4) {
      hash = ((hash << 1) + gear[bytes[i]!]!) | 0;
      if ((hash & mask) === 0) return i + 1;
      hash = ((hash << 1) + gear[bytes[i + 1]!]!) | 0;
      if ((hash & mask) === 0) return i + 2;
      hash = ((hash << 1) + gear[bytes[i + 2]!]!) | 0;
      if ((hash & mask) === 0) return i + 3;
      hash = ((hash << 1) + gear[bytes[i + 3]!]!) | 0;
      if ((hash & mask) === 0) return i + 4;
    }
    for (; i < to; i++) {
      hash = ((hash << 1) + gear[bytes[i]!]!) | 0;
      if ((hash & mask) === 0) return i + 1;
    }
    this.#hash = hash;
    return -1;
  }

  /** The held pieces and `end` as one chunk: a view when it lies in one piece, else the only copy that is made. */
  #join(end: Uint8Array): Uint8Array {
    const held = this.#held;
    const only = held.length === 0 ? end : held.length === 1 && end.length === 0 ? held[0] : undefined;
    const chunk = only ?? Buffer.concat([...held, end], this.#heldBytes + end.length);
    this.#held = [];
    this.#heldBytes = 0;
    this.#hash = 0;
    return chunk;
  }
}

const within = (position: number, bytes: Uint8Array): number => Math.min(Math.max(position, 0), bytes.length);

/** The `count` most significant of 32 bits: they depend on the most bytes. */
const upperBits = (count: number): number => (-1 << (32 - count)) | 0;
