/**
 * Buffers that a thread is done with, given back at once. The collector lets tens of megabytes of them pile up before it looks,
 * in every thread, as it counts objects rather than what hangs on them; a mount has no such room. A buffer that is transferred to a
 * port that is closed goes nowhere, and its memory is free; the next one of its size then takes the same pages.
 */
import { MessageChannel, type MessagePort } from "node:worker_threads";

/** Below this the collector does better. */
const LEAST_BYTES = 64 * 1024;

export class Leftovers {
  readonly #nowhere: MessagePort;
  #held: Uint8Array[] = [];

  constructor() {
    const { port1 } = new MessageChannel();
    port1.close();
    this.#nowhere = port1;
  }

  /** @param bytes a buffer of their own @returns `bytes`, valid until `discard` */
  keep<T extends Uint8Array>(bytes: T): T {
    if (bytes.byteLength >= LEAST_BYTES && bytes.byteLength === bytes.buffer.byteLength) this.#held.push(bytes);
    return bytes;
  }

  discard(): void {
    const held = this.#held;
    if (held.length === 0) return;
    this.#held = [];
    for (const { buffer } of held) {
      if (buffer instanceof ArrayBuffer && buffer.byteLength > 0) this.#nowhere.postMessage(undefined, [buffer]);
    }
  }
}
