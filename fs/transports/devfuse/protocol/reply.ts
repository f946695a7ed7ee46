/**
 * An answer to the kernel: a header, a body put together in a buffer that is used again, and pieces that follow as they are. One
 * answer is one write to the device; the kernel takes it as a whole or not at all.
 */
import { writeSync, writevSync } from "node:fs";
import { systemCode } from "../../../../core/errors.js";

const HEADER_BYTES = 16;

export class Reply {
  #buffer: Buffer;
  #bodyBytes = 0;
  #pieces: readonly Uint8Array[] = [];

  /** @param roomBytes of the body, to begin with */
  constructor(roomBytes = 256) {
    this.#buffer = Buffer.alloc(HEADER_BYTES + roomBytes);
  }

  /** Room for a body of up to so many bytes, which may hold anything. What was put before is gone. */
  room(sizeBytes: number): Buffer {
    if (this.#buffer.length < HEADER_BYTES + sizeBytes) this.#buffer = Buffer.alloc(HEADER_BYTES + sizeBytes);
    this.#pieces = [];
    this.#bodyBytes = sizeBytes;
    return this.#buffer.subarray(HEADER_BYTES, HEADER_BYTES + sizeBytes);
  }

  /** How much of the room is used. */
  used(sizeBytes: number): void {
    this.#bodyBytes = sizeBytes;
  }

  /** The body is these bytes, which must stay as they are until they are sent. */
  bytes(...pieces: readonly Uint8Array[]): void {
    this.#bodyBytes = 0;
    this.#pieces = pieces;
  }

  /**
   * @param fd of the device
   * @param error a POSIX error number, positive, with which no body goes; 0 for none
   * @returns false when the kernel does not want it any more: who asked is gone, or the mount is
   */
  send(fd: number, unique: number, error = 0): boolean {
    if (error !== 0) this.bytes();
    let length = HEADER_BYTES + this.#bodyBytes;
    for (const piece of this.#pieces) length += piece.byteLength;
    const buffer = this.#buffer;
    buffer.writeUInt32LE(length, 0);
    buffer.writeInt32LE(-error, 4);
    buffer.writeUInt32LE(unique % 2 ** 32, 8);
    buffer.writeUInt32LE(Math.floor(unique / 2 ** 32), 12);
    try {
      if (this.#pieces.length === 0) writeSync(fd, buffer, 0, length);
      else writevSync(fd, [buffer.subarray(0, HEADER_BYTES + this.#bodyBytes), ...this.#pieces]);
      return true;
    } catch (failure) {
      if (isUnwanted(failure)) return false;
      throw failure;
    } finally {
      this.bytes();
    }
  }
}

/** Interrupted and answered twice, unmounted, aborted. */
function isUnwanted(error: unknown): boolean {
  return ["ENOENT", "ENODEV", "ECONNABORTED", "EBADF", "EPERM"].includes(systemCode(error) ?? "");
}
