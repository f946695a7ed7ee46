/** Counts what passes to a store, for reports and for tests that count operations instead of milliseconds. */
import type { IoOptions, ObjectInfo, ObjectStore } from "../object-store.js";

export interface StoreCounts {
  readonly put: number;
  readonly putIfAbsent: number;
  readonly get: number;
  readonly getRange: number;
  readonly list: number;
  readonly delete: number;
  readonly stat: number;
  /** Objects that lists have yielded. */
  readonly listed: number;
  /** Bytes handed to the store, whether or not the operation came to a good end. */
  readonly bytesWritten: number;
  /** Bytes that came back. */
  readonly bytesRead: number;
}

const NONE: StoreCounts = {
  put: 0,
  putIfAbsent: 0,
  get: 0,
  getRange: 0,
  list: 0,
  delete: 0,
  stat: 0,
  listed: 0,
  bytesWritten: 0,
  bytesRead: 0,
};

/** Owns the store it wraps. An operation counts when it begins. */
export class CountingStore implements ObjectStore {
  readonly uri: string;
  readonly #inner: ObjectStore;
  #counts: { -readonly [K in keyof StoreCounts]: number } = { ...NONE };

  constructor(inner: ObjectStore) {
    this.#inner = inner;
    this.uri = inner.uri;
  }

  /** A copy of the counts so far. */
  get counts(): StoreCounts {
    return { ...this.#counts };
  }

  reset(): void {
    this.#counts = { ...NONE };
  }

  async put(name: string, bytes: Uint8Array, options?: IoOptions): Promise<void> {
    this.#counts.put++;
    this.#counts.bytesWritten += bytes.byteLength;
    await this.#inner.put(name, bytes, options);
  }

  async putIfAbsent(name: string, bytes: Uint8Array, options?: IoOptions): Promise<boolean> {
    this.#counts.putIfAbsent++;
    this.#counts.bytesWritten += bytes.byteLength;
    return this.#inner.putIfAbsent(name, bytes, options);
  }

  async get(name: string, options?: IoOptions): Promise<Uint8Array | undefined> {
    this.#counts.get++;
    return this.#read(await this.#inner.get(name, options));
  }

  async getRange(
    name: string,
    offset: number,
    lengthBytes: number,
    options?: IoOptions,
  ): Promise<Uint8Array | undefined> {
    this.#counts.getRange++;
    return this.#read(await this.#inner.getRange(name, offset, lengthBytes, options));
  }

  async *list(
    prefix: string,
    options?: IoOptions & { readonly after?: string | undefined },
  ): AsyncGenerator<ObjectInfo> {
    this.#counts.list++;
    for await (const info of this.#inner.list(prefix, options)) {
      this.#counts.listed++;
      yield info;
    }
  }

  async delete(name: string, options?: IoOptions): Promise<void> {
    this.#counts.delete++;
    await this.#inner.delete(name, options);
  }

  async stat(name: string, options?: IoOptions): Promise<ObjectInfo | undefined> {
    this.#counts.stat++;
    return this.#inner.stat(name, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]();
  }

  #read(bytes: Uint8Array | undefined): Uint8Array | undefined {
    this.#counts.bytesRead += bytes?.byteLength ?? 0;
    return bytes;
  }
}
