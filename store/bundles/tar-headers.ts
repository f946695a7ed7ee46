/**
 * The TAR headers of a bundle's members. They differ in name, size and checksum alone, so one is made by tar-stream, and each
 * member gets a copy with these three written into it: packing members one by one through a stream costs as much as sealing them.
 * The fields' places and forms are those of POSIX ustar.
 */
import { pack } from "tar-stream";
import { SharestrataError } from "../../core/errors.js";
import { TAR_BLOCK_BYTES } from "./bundle-layout.js";

const NAME_BYTES = 100;
const SIZE_AT = 124;
const SIZE_DIGITS = 11;
const CHECKSUM_AT = 148;
const CHECKSUM_DIGITS = 6;
/** The digits, a space and a zero. It counts as spaces alone in the sum. */
const CHECKSUM_BYTES = 8;
const SPACE = 0x20;

export class TarHeaders {
  /** Of a member without a name, of no bytes. */
  readonly #template: Uint8Array;
  /** Of its bytes, without those of name, size and checksum. */
  readonly #sum: number;

  private constructor(header: Uint8Array) {
    this.#template = Uint8Array.from(header);
    this.#template.fill(0, 0, NAME_BYTES).fill(0, SIZE_AT, SIZE_AT + SIZE_DIGITS);
    this.#template.fill(SPACE, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_BYTES);
    this.#sum = sumOf(this.#template);
  }

  static async make(): Promise<TarHeaders> {
    const tar = pack();
    tar.entry({ name: "-", mode: 0o644, mtime: new Date(0), uid: 0, gid: 0, type: "file" }, "");
    tar.finalize();
    const pieces: Uint8Array[] = [];
    for await (const piece of tar as AsyncIterable<Uint8Array>) pieces.push(piece);
    return new TarHeaders(Buffer.concat(pieces).subarray(0, TAR_BLOCK_BYTES));
  }

  /**
   * @param name ASCII, at most 100 bytes
   * @param into the header's place, `TAR_BLOCK_BYTES` long
   */
  write(name: string, sizeBytes: number, into: Buffer): void {
    const size = sizeBytes.toString(8).padStart(SIZE_DIGITS, "0");
    if (name.length > NAME_BYTES || size.length > SIZE_DIGITS) {
      throw new SharestrataError("INTERNAL", `A member ${name} of ${sizeBytes} bytes cannot be in a bundle.`);
    }
    into.set(this.#template);
    const sum = this.#sum + writeText(name, into, 0) + writeText(size, into, SIZE_AT);
    writeText(sum.toString(8).padStart(CHECKSUM_DIGITS, "0"), into, CHECKSUM_AT);
    into[CHECKSUM_AT + CHECKSUM_BYTES - 1] = 0;
  }
}

/** @returns the sum of the bytes written */
function writeText(text: string, into: Buffer, at: number): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i);
    into[at + i] = byte;
    sum += byte;
  }
  return sum;
}

function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0);
}
