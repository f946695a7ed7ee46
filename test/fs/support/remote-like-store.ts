// Owns a store that behaves as one over a network: every answer comes some turns of the event loop later, each after another
// number of them, so that answers overtake each other, and no buffer that it gives belongs to somebody else.
import { setImmediate } from "node:timers/promises";
import type { IoOptions, ObjectInfo, ObjectStore } from "../../../store/object-store.js";

/** Owns the store it wraps. */
export class RemoteLikeStore implements ObjectStore {
  readonly uri: string;
  readonly #inner: ObjectStore;
  #asked = 0;

  constructor(inner: ObjectStore) {
    this.#inner = inner;
    this.uri = inner.uri;
  }

  async put(name: string, bytes: Uint8Array, options?: IoOptions): Promise<void> {
    await this.#travel();
    await this.#inner.put(name, bytes, options);
  }

  async putIfAbsent(name: string, bytes: Uint8Array, options?: IoOptions): Promise<boolean> {
    await this.#travel();
    return this.#inner.putIfAbsent(name, bytes, options);
  }

  async get(name: string, options?: IoOptions): Promise<Uint8Array | undefined> {
    await this.#travel();
    const bytes = await this.#inner.get(name, options);
    return bytes && new Uint8Array(bytes);
  }

  async getRange(name: string, offset: number, lengthBytes: number, options?: IoOptions) {
    await this.#travel();
    const bytes = await this.#inner.getRange(name, offset, lengthBytes, options);
    return bytes && new Uint8Array(bytes);
  }

  async *list(
    prefix: string,
    options?: IoOptions & { readonly after?: string | undefined },
  ): AsyncIterable<ObjectInfo> {
    await this.#travel();
    yield* this.#inner.list(prefix, options);
  }

  async delete(name: string, options?: IoOptions): Promise<void> {
    await this.#travel();
    await this.#inner.delete(name, options);
  }

  async stat(name: string, options?: IoOptions): Promise<ObjectInfo | undefined> {
    await this.#travel();
    return this.#inner.stat(name, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]();
  }

  async #travel(): Promise<void> {
    const turns = 1 + ((this.#asked++ * 7) % 5);
    for (let turn = 0; turn < turns; turn++) await setImmediate();
  }
}
