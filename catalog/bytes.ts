/**
 * Writing and reading the bytes of the catalog's values: unsigned LEB128 varints, fixed little-endian words, and
 * length-prefixed UTF-8. The reader checks every step against the end of the value, so damaged bytes become a
 * `DamagedError` and never a wrong number.
 */
import { DamagedError } from "../core/errors.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Grows as needed; one instance may be used again after `reset`. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  reset(): void {
    this.#length = 0;
  }

  /** A copy of what was written. */
  finish(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** @param value a safe integer ≥ 0 */
  varint(value: number): void {
    this.#reserve(8);
    while (value >= 0x80) {
      this.#bytes[this.#length++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    this.#bytes[this.#length++] = value;
  }

  /** A safe integer of either sign, zigzag: small magnitudes are short. |value| < 2^52. */
  signed(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** Length and bytes. */
  bytes(value: Buffer): void {
    this.varint(value.length);
    this.#reserve(value.length);
    this.#length += value.copy(this.#bytes, this.#length);
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value >>> 0, this.#length);
  }

  /** The low 64 bits, whatever the sign. */
  word64(value: bigint): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.#length);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.varint(size);
    this.#reserve(size);
    this.#length += this.#bytes.write(value, this.#length, size, "utf8");
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + size));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

export class ByteReader {
  readonly #bytes: Buffer;
  readonly #where: string;
  #at = 0;

  /** @param where what the bytes are, for errors */
  constructor(bytes: Buffer, where: string) {
    this.#bytes = bytes;
    this.#where = where;
  }

  byte(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 0x80;
      if (scale > 2 ** 49) throw this.#damaged("a number is too long");
    }
    if (!Number.isSafeInteger(value)) throw this.#damaged("a number is beyond 2^53");
    return value;
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Copies `size` bytes to `offset` of `target`, which has room for them. */
  bytesInto(target: Buffer, offset: number, size: number): void {
    const start = this.#take(size);
    for (let index = 0; index < size; index++) target[offset + index] = this.#bytes[start + index] as number;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#take(8));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64LE(this.#take(8));
  }

  text(): string {
    const size = this.varint();
    const start = this.#take(size);
    try {
      return utf8.decode(this.#bytes.subarray(start, start + size));
    } catch (error) {
      throw new DamagedError(`${this.#where}: a text is not UTF-8`, { where: this.#where }, error);
    }
  }

  /** @throws DamagedError when bytes are left over */
  end(): void {
    if (this.#at !== this.#bytes.length) throw this.#damaged(`${this.#bytes.length - this.#at} bytes too many`);
  }

  #take(size: number): number {
    const start = this.#at;
    if (start + size > this.#bytes.length) throw this.#damaged("it ends too early");
    this.#at += size;
    return start;
  }

  #damaged(what: string): DamagedError {
    return new DamagedError(`${this.#where}: ${what}`, { where: this.#where });
  }
}
