// The 64-bit checksum of storage requests: polynomial 0x9A6C9329AC4BC9B5, bits reflected, all ones in and
// out (also known as CRC-64/NVME). Kept in two 32-bit halves, for which JavaScript is fast.

const low = new Uint32Array(256);
const high = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1n ? (value >> 1n) ^ 0x9a6c_9329_ac4b_c9b5n : value >> 1n;
  }
  low[byte] = Number(value & 0xffff_ffffn);
  high[byte] = Number(value >> 32n);
}

export class Crc64 {
  #low = 0xffff_ffff;
  #high = 0xffff_ffff;

  update(bytes: Buffer): this {
    let lower = this.#low;
    let upper = this.#high;
    for (let at = 0; at < bytes.length; at++) {
      const index = (lower ^ bytes[at]!) & 0xff;
      lower = ((lower >>> 8) | (upper << 24)) ^ low[index]!;
      upper = (upper >>> 8) ^ high[index]!;
    }
    this.#low = lower;
    this.#high = upper;
    return this;
  }

  /** Eight bytes, least significant first. */
  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE(~this.#low >>> 0, 0);
    bytes.writeUInt32LE(~this.#high >>> 0, 4);
    return bytes;
  }
}
