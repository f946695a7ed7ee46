/**
 * The 32-bit signature of a listing entry: FNV-1a (Fowler, Noll and Vo) over a canonical encoding, finished with
 * the mixing step of MurmurHash3 so that all 32 bits depend on the last characters too. It only has to notice
 * change: size and time are compared beside it. It is kept in catalogs, so the same fields must give the same
 * number for ever; a change here makes every node of every share look changed once.
 */

export type SignatureField = string | number | bigint | undefined;

const START = 0x811c9dc5;
const PRIME = 0x01000193;
const ABSENT = 0xffff_ffff;
/** Digits are told from integers of 32 bits, which are fast to divide. */
const HALF_DIGITS = 6;
const HALF = 1_000_000;

/**
 * @param fields in a fixed order; each is framed by its length, so that ("ab", "c") and ("a", "bc") differ, and
 * undefined differs from the empty text
 * @returns an unsigned 32-bit integer
 */
export function signatureOf(fields: readonly SignatureField[]): number {
  const signature = new Signature();
  for (const field of fields) {
    if (field === undefined) signature.absent();
    else signature.text(String(field));
  }
  return signature.value;
}

/**
 * The same, field by field, for those who have fields as bytes: no text has to be made of them. `restart` makes one object do for
 * any number of entries.
 */
export class Signature {
  #hash = START;

  restart(): void {
    this.#hash = START;
  }

  absent(): void {
    this.begin(ABSENT);
  }

  text(text: string): void {
    this.begin(text.length);
    let hash = this.#hash;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      hash = Math.imul(hash ^ (unit & 0xff), PRIME);
      hash = Math.imul(hash ^ (unit >>> 8), PRIME);
    }
    this.#hash = hash;
  }

  /** As `text` of the ASCII characters from `start` to `end`. */
  ascii(bytes: Uint8Array, start: number, end: number): void {
    this.begin(end - start);
    this.more(bytes, start, end);
  }

  /** Begins a field of this many characters, which are told by `more` and `digits`. */
  begin(length: number): void {
    let hash = this.#hash;
    for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((length >>> shift) & 0xff), PRIME);
    this.#hash = hash;
  }

  more(bytes: Uint8Array, start: number, end: number): void {
    let hash = this.#hash;
    // The upper half of an ASCII character's code unit is zero.
    for (let i = start; i < end; i++) hash = Math.imul(Math.imul(hash ^ (bytes[i] as number), PRIME), PRIME);
    this.#hash = hash;
  }

  /** The last `count` decimal digits of a number. @param count at most 15 */
  digits(value: number, count: number): void {
    if (count > 9) {
      const high = Math.floor(value / HALF);
      this.digits(high, count - HALF_DIGITS);
      this.digits(value - high * HALF, HALF_DIGITS);
      return;
    }
    let hash = this.#hash;
    const whole = value | 0;
    for (let unit = (10 ** (count - 1)) | 0; unit >= 1; unit = (unit / 10) | 0) {
      hash = Math.imul(Math.imul(hash ^ (0x30 + (((whole / unit) | 0) % 10)), PRIME), PRIME);
    }
    this.#hash = hash;
  }

  /** An unsigned 32-bit integer. */
  get value(): number {
    let mixed = this.#hash ^ (this.#hash >>> 16);
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }
}
