/**
 * Which texts there have been, in 16 MiB whatever their number: a Bloom filter (Bloom, 1970). That one has not been there is certain. That it
 * has, is wrong now and then: not once for a million file names of one kind, some ten thousand times for ten million.
 */

const BITS = 2 ** 27;
const POSITIONS = 4;

export class KeyFilter {
  readonly #bits = new Uint8Array(BITS / 8);

  /** @returns whether it may have been there before */
  add(text: string): boolean {
    // Two hashes of FNV's kind make as many positions as are wanted (Kirsch and Mitzenmacher, 2006).
    let first = 0x811c9dc5;
    let second = 0x9747b28c;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      first = Math.imul(first ^ code, 0x01000193);
      second = Math.imul(second ^ code, 0x85ebca6b);
      second ^= second >>> 13;
    }
    first ^= first >>> 15;
    let isKnown = true;
    for (let position = 0; position < POSITIONS; position++) {
      const bit = (first + Math.imul(position, second | 1)) & (BITS - 1);
      const held = this.#bits[bit >>> 3] ?? 0;
      const mask = 1 << (bit & 7);
      if ((held & mask) === 0) isKnown = false;
      this.#bits[bit >>> 3] = held | mask;
    }
    return isKnown;
  }
}
