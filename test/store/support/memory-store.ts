// A store in memory, for tests that do thousands of operations and want nothing of a disk.
import type { IoOptions, ObjectInfo, ObjectStore } from "../../../store/object-store.js";

export class MemoryStore implements ObjectStore {
  readonly uri = "memory:";
  readonly #objects = new Map<string, Uint8Array>();

  async put(name: string, bytes: Uint8Array, options?: IoOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    this.#objects.set(name, Uint8Array.from(bytes));
  }

  async putIfAbsent(name: string, bytes: Uint8Array, options?: IoOptions): Promise<boolean> {
    options?.signal?.throwIfAborted();
    if (this.#objects.has(name)) return false;
    this.#objects.set(name, Uint8Array.from(bytes));
    return true;
  }

  async get(name: string, options?: IoOptions): Promise<Uint8Array | undefined> {
    options?.signal?.throwIfAborted();
    return this.#objects.get(name)?.slice();
  }

  async getRange(
    name: string,
    offset: number,
    lengthBytes: number,
    options?: IoOptions,
  ): Promise<Uint8Array | undefined> {
    const object = await this.get(name, options);
    const start = offset < 0 ? Math.max(0, (object?.length ?? 0) + offset) : offset;
    return object?.slice(start, start + lengthBytes);
  }

  async *list(
    prefix: string,
    options?: IoOptions & { readonly after?: string | undefined },
  ): AsyncGenerator<ObjectInfo> {
    options?.signal?.throwIfAborted();
    for (const name of [...this.#objects.keys()].sort()) {
      const sizeBytes = this.#objects.get(name)?.length;
      if (sizeBytes === undefined || !name.startsWith(prefix) || name <= (options?.after ?? "")) continue;
      yield { name, sizeBytes };
    }
  }

  async delete(name: string, options?: IoOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    this.#objects.delete(name);
  }

  async stat(name: string, options?: IoOptions): Promise<ObjectInfo | undefined> {
    options?.signal?.throwIfAborted();
    const object = this.#objects.get(name);
    return object && { name, sizeBytes: object.length };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held that would not go by itself.
  }
}
