// A store whose operations fail as told. Faults are queued values; one that was never met fails the test.
import type { IoOptions, ObjectInfo, ObjectStore } from "../../../store/object-store.js";

export type Operation = "put" | "putIfAbsent" | "get" | "getRange" | "list" | "delete" | "stat";

export interface Fault {
  readonly operation: Operation;
  /** Part of the object's name, or of the prefix; "" for any. */
  readonly object: string;
  readonly error: Error;
  /** "before" the inner store is asked, or "after" it has done the work and only the answer gets lost. */
  readonly when: "before" | "after";
}

/** Owns the store it wraps. Each fault is used once, the first that fits. */
export class FaultyStore implements ObjectStore {
  readonly uri: string;
  readonly #inner: ObjectStore;
  #faults: Fault[];

  constructor(inner: ObjectStore, faults: readonly Fault[] = []) {
    this.#inner = inner;
    this.#faults = [...faults];
    this.uri = inner.uri;
  }

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  /** Faults that have not been met yet. */
  get unmet(): readonly Fault[] {
    return this.#faults;
  }

  put(name: string, bytes: Uint8Array, options?: IoOptions): Promise<void> {
    return this.#with("put", name, () => this.#inner.put(name, bytes, options));
  }

  putIfAbsent(name: string, bytes: Uint8Array, options?: IoOptions): Promise<boolean> {
    return this.#with("putIfAbsent", name, () => this.#inner.putIfAbsent(name, bytes, options));
  }

  get(name: string, options?: IoOptions): Promise<Uint8Array | undefined> {
    return this.#with("get", name, () => this.#inner.get(name, options));
  }

  getRange(name: string, offset: number, length: number, options?: IoOptions): Promise<Uint8Array | undefined> {
    return this.#with("getRange", name, () => this.#inner.getRange(name, offset, length, options));
  }

  async *list(
    prefix: string,
    options?: IoOptions & { readonly after?: string | undefined },
  ): AsyncGenerator<ObjectInfo> {
    const fault = this.#take("list", prefix);
    if (fault?.when === "before") throw fault.error;
    yield* this.#inner.list(prefix, options);
    if (fault) throw fault.error;
  }

  delete(name: string, options?: IoOptions): Promise<void> {
    return this.#with("delete", name, () => this.#inner.delete(name, options));
  }

  stat(name: string, options?: IoOptions): Promise<ObjectInfo | undefined> {
    return this.#with("stat", name, () => this.#inner.stat(name, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]();
  }

  async #with<T>(operation: Operation, name: string, work: () => Promise<T>): Promise<T> {
    const fault = this.#take(operation, name);
    if (fault?.when === "before") throw fault.error;
    const result = await work();
    if (fault) throw fault.error;
    return result;
  }

  #take(operation: Operation, name: string): Fault | undefined {
    const fault = this.#faults.find((one) => one.operation === operation && name.includes(one.object));
    this.#faults = this.#faults.filter((one) => one !== fault);
    return fault;
  }
}
