/**
 * Lets writes through only while a lease is held. Contents are many, and harmless where nobody names them: for them the
 * own clock is asked. All else, which others read or build upon, is written after asking the store.
 */
import type { IoOptions, ObjectInfo, ObjectStore } from "../object-store.js";

/** What is asked before a write; both throw when the lease is lost. */
export interface Fence {
  expectFresh(): void;
  expectHeld(): Promise<void>;
}

/** Does not own the store it wraps. */
export class FencedStore implements ObjectStore {
  readonly uri: string;
  readonly #inner: ObjectStore;
  readonly #fence: Fence;
  readonly #isContent: (name: string) => boolean;

  constructor(inner: ObjectStore, fence: Fence, isContent: (name: string) => boolean) {
    this.uri = inner.uri;
    this.#inner = inner;
    this.#fence = fence;
    this.#isContent = isContent;
  }

  async put(name: string, bytes: Uint8Array, options?: IoOptions): Promise<void> {
    await this.#pass(name);
    await this.#inner.put(name, bytes, options);
  }

  async putIfAbsent(name: string, bytes: Uint8Array, options?: IoOptions): Promise<boolean> {
    await this.#pass(name);
    const created = await this.#inner.putIfAbsent(name, bytes, options);
    // Between the two lines any time may pass. Then it is the new holder's object that is there, and says so.
    if (!created) await this.#fence.expectHeld();
    return created;
  }

  async delete(name: string, options?: IoOptions): Promise<void> {
    await this.#pass(name);
    await this.#inner.delete(name, options);
  }

  get(name: string, options?: IoOptions): Promise<Uint8Array | undefined> {
    return this.#inner.get(name, options);
  }

  getRange(name: string, offset: number, lengthBytes: number, options?: IoOptions): Promise<Uint8Array | undefined> {
    return this.#inner.getRange(name, offset, lengthBytes, options);
  }

  list(prefix: string, options?: IoOptions & { readonly after?: string | undefined }): AsyncIterable<ObjectInfo> {
    return this.#inner.list(prefix, options);
  }

  stat(name: string, options?: IoOptions): Promise<ObjectInfo | undefined> {
    return this.#inner.stat(name, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #pass(name: string): Promise<void> {
    if (this.#isContent(name)) this.#fence.expectFresh();
    else await this.#fence.expectHeld();
  }
}
