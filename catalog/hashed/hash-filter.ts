/**
 * Which hashes an index may have, in a few megabytes whatever their number: a Bloom filter (Bloom, 1970). "No" is certain,
 * and costs a fiftieth of asking the index; "yes" means that the index has to be asked. The more there are, the more often it says yes
 * to what is not there: once in four thousand at a million, once in four at ten million.
 */

const BITS = 2 ** 25;
/** A hash is random already: its four words are four positions. */
const POSITIONS = 4;
const WORD_BYTES = 4;

export class HashFilter {
  readonly #bits = new Uint8Array(BITS / 8);

  /** @param hash at least 16 random bytes */
  add(hash: Buffer): void {
    for (let position = 0; position < POSITIONS; position++) {
      const bit = hash.readUInt32LE(position * WORD_BYTES) & (BITS - 1);
      this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }

  mayHave(hash: Buffer): boolean {
    for (let position = 0; position < POSITIONS; position++) {
      const bit = hash.readUInt32LE(position * WORD_BYTES) & (BITS - 1);
      if (((this.#bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }
}
