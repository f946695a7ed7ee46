/**
 * Reads through a cache on this machine's disk. Only objects that hold contents are kept, as they lie in the store: they never change. Everything else, and
 * everything that is written, passes through. Nothing is verified here: whoever finds that bytes are wrong has them forgotten, and reads again.
 */
import type { DiskCache } from "../disk-cache/disk-cache.js";
import { BLOCK_BYTES, blockPart, blocksOf, isKept, rangeIn, tailPart, WHOLE } from "../disk-cache/parts.js";
import type { IoOptions, NearbyObjects, ObjectInfo, ObjectStore } from "../object-store.js";

/** Owns the store it wraps. */
export class DiskCachedStore implements ObjectStore {
  readonly uri: string;
  readonly nearby: NearbyObjects;
  readonly #inner: ObjectStore;
  readonly #cache: DiskCache;

  constructor(inner: ObjectStore, cache: DiskCache) {
    this.#inner = inner;
    this.#cache = cache;
    this.uri = inner.uri;
    this.nearby = { kind: "cached", folder: cache.folder, uri: inner.uri };
  }

  async put(name: string, bytes: Uint8Array, options?: IoOptions): Promise<void> {
    await this.#inner.put(name, bytes, options);
    if (isKept(name)) await this.forget(name);
  }

  async putIfAbsent(name: string, bytes: Uint8Array, options?: IoOptions): Promise<boolean> {
    const isPut = await this.#inner.putIfAbsent(name, bytes, options);
    // What is kept is of one that another machine has deleted.
    if (isPut && isKept(name)) await this.forget(name);
    return isPut;
  }

  get(name: string, options?: IoOptions): Promise<Uint8Array | undefined> {
    if (!isKept(name)) return this.#inner.get(name, options);
    return this.#through(name, WHOLE, () => this.#inner.get(name, options));
  }

  async getRange(
    name: string,
    offset: number,
    lengthBytes: number,
    options?: IoOptions,
  ): Promise<Uint8Array | undefined> {
    if (!isKept(name) || lengthBytes <= 0) return this.#inner.getRange(name, offset, lengthBytes, options);
    if (offset >= 0) return this.#getBlocks(name, offset, lengthBytes, options);
    if (lengthBytes !== -offset) return this.#inner.getRange(name, offset, lengthBytes, options);
    return this.#through(name, tailPart(lengthBytes), () => this.#inner.getRange(name, offset, lengthBytes, options));
  }

  list(prefix: string, options?: IoOptions & { readonly after?: string | undefined }): AsyncIterable<ObjectInfo> {
    return this.#inner.list(prefix, options);
  }

  async delete(name: string, options?: IoOptions): Promise<void> {
    await this.#inner.delete(name, options);
    if (isKept(name)) await this.forget(name);
  }

  stat(name: string, options?: IoOptions): Promise<ObjectInfo | undefined> {
    return this.#inner.stat(name, options);
  }

  forget(name: string): Promise<boolean> {
    return this.#cache.drop(this.uri, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]();
  }

  async #through(
    name: string,
    part: string,
    read: () => Promise<Uint8Array | undefined>,
  ): Promise<Uint8Array | undefined> {
    const known = await this.#cache.get(this.uri, name, part);
    if (known) return known;
    const bytes = await read();
    if (bytes) await this.#cache.put(this.uri, name, part, bytes);
    return bytes;
  }

  /** What is missing of the range is read at once, from the first block that is to the last. */
  async #getBlocks(
    name: string,
    offset: number,
    lengthBytes: number,
    options: IoOptions | undefined,
  ): Promise<Uint8Array | undefined> {
    const { first, last } = blocksOf(offset, lengthBytes);
    const blocks: (Uint8Array | undefined)[] = [];
    for (let block = first; block <= last; block++) {
      const known = await this.#cache.get(this.uri, name, blockPart(block));
      blocks.push(known);
      if (known && known.length < BLOCK_BYTES) break;
    }
    const [from, to] = [blocks.indexOf(undefined), blocks.lastIndexOf(undefined)];
    if (from >= 0) {
      const start = (first + from) * BLOCK_BYTES;
      const bytes = await this.#inner.getRange(name, start, (to - from + 1) * BLOCK_BYTES, options);
      if (!bytes) return undefined;
      for (let at = from; at <= to; at++) {
        const block = bytes.subarray((at - from) * BLOCK_BYTES, (at - from + 1) * BLOCK_BYTES);
        if (!blocks[at]) await this.#cache.put(this.uri, name, blockPart(first + at), block);
        blocks[at] = block;
      }
    }
    return rangeIn(
      blocks.filter((block) => block !== undefined),
      first,
      offset,
      lengthBytes,
    );
  }
}
