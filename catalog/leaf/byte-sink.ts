/** Where encoded bytes go: one growing buffer that is used again and again. The hot path of every write to the tree. */

export class ByteSink {
  bytes = Buffer.alloc(16 * 1024);
  #view = new DataView(this.bytes.buffer);
  length = 0;

  /** Makes room for `size` more bytes; called once before writing fields of known bounds. */
  reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = Buffer.alloc(Math.max(this.bytes.length * 2, this.length + size));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  byte(value: number): void {
    this.bytes[this.length++] = value;
  }

  /** Unsigned LEB128 of a safe integer ≥ 0; at most 8 bytes, for which room is reserved. */
  varint(value: number): void {
    const { bytes } = this;
    let at = this.length;
    while (value > 0x0fff_ffff) {
      bytes[at++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    while (value > 0x7f) {
      bytes[at++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[at++] = value;
    this.length = at;
  }

  /** A safe integer of either sign, zigzag: small magnitudes are short. |value| < 2^52. */
  signed(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** The low 32 bits, little-endian. Room is reserved. */
  uint32(value: number): void {
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  /** The low 64 bits, little-endian. Room is reserved. A DataView does it many times as fast as a Buffer. */
  word64(value: bigint): void {
    this.#view.setBigUint64(this.length, value, true);
    this.length += 8;
  }

  copy(source: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    source.copy(this.bytes, this.length, start, end);
    this.length += end - start;
  }
}
