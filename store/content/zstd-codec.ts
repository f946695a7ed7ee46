/** Compression with zstd. */
import { compress, decompress } from "@cloudpss/zstd";
import type { BlobCodec, CodecName, EncodedBlob } from "./codec.js";
import { frameContentSize } from "./zstd-frame.js";

/** Below this a frame's own header eats what it saves. */
const LEAST_WORTH_TRYING = 64;
/** Saving less than a 32nd is not worth decompressing for, ever after. */
const LEAST_SAVED_SHIFT = 5;
/** The compressor runs on this thread, so others get their turn after about a millisecond's worth of it. */
const BYTES_PER_TURN = 512 * 1024;

/** The library, as one thread has it. */
export interface Zstd {
  /** One frame of the bytes. @param level 1 … 19 */
  compress(bytes: Uint8Array, level: number): Uint8Array;
  /** @param frame whose size has been looked at */
  decompress(frame: Uint8Array): Uint8Array;
}

export class ZstdCodec implements BlobCodec {
  readonly #level: number;
  readonly #zstd: Zstd;
  #sinceTurn = 0;

  /**
   * @param level 1 … 19
   * @param zstd the main thread's; no other may use it (workers/thread-zstd.ts)
   */
  constructor(level: number, zstd: Zstd = { compress, decompress }) {
    this.#level = level;
    this.#zstd = zstd;
  }

  async encode(plain: Uint8Array): Promise<EncodedBlob> {
    if (plain.length >= LEAST_WORTH_TRYING) await this.#turn(plain.length);
    return this.encodeNow(plain);
  }

  encodeNow(plain: Uint8Array): EncodedBlob {
    if (plain.length < LEAST_WORTH_TRYING) return { codec: "stored", bytes: plain };
    const compressed = this.#zstd.compress(plain, this.#level);
    const pays = compressed.length <= plain.length - (plain.length >> LEAST_SAVED_SHIFT);
    return pays ? { codec: "zstd", bytes: compressed } : { codec: "stored", bytes: plain };
  }

  async decode(codec: CodecName, stored: Uint8Array, plainBytes: number): Promise<Uint8Array> {
    return this.decodeNow(codec, stored, plainBytes);
  }

  decodeNow(codec: CodecName, stored: Uint8Array, plainBytes: number): Uint8Array {
    if (codec === "stored") {
      if (stored.length !== plainBytes) throw new Error(`${stored.length} bytes where ${plainBytes} were declared`);
      return stored;
    }
    const declared = frameContentSize(stored);
    if (declared !== plainBytes) throw new Error(`a frame of ${declared} bytes where ${plainBytes} were declared`);
    const plain = this.#zstd.decompress(stored);
    if (plain.length !== plainBytes) throw new Error(`${plain.length} bytes where ${plainBytes} were declared`);
    return plain;
  }

  async #turn(bytes: number): Promise<void> {
    this.#sinceTurn += bytes;
    if (this.#sinceTurn < BYTES_PER_TURN) return;
    this.#sinceTurn = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
