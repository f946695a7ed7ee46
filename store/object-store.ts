/**
 * The one interface every backend implements: a flat map from names to immutable byte strings. Names are
 * `/`-separated, of `[A-Za-z0-9._-]` components. One contract suite (test/store/contract) runs on every backend;
 * retrying, counting and caching are wrappers around it, never flags inside it.
 */

export interface ObjectInfo {
  readonly name: string;
  readonly sizeBytes: number;
}

/** Where other threads can read objects at once: each as a file of its name, or some of them in a disk cache. */
export type NearbyObjects =
  | { readonly kind: "files"; readonly folder: string }
  | { readonly kind: "cached"; readonly folder: string; /** Of the store. */ readonly uri: string };

export interface IoOptions {
  /** Ends the operation with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectStore extends AsyncDisposable {
  /** For messages: the store's URI without any secret. */
  readonly uri: string;

  /** What of it lies on this machine, if anything does. A wrapper that has to see every read does not say. */
  readonly nearby?: NearbyObjects | undefined;

  /**
   * Writes an object, replacing one of the same name. When the promise resolves the object is durable; when it
   * rejects, or the process dies, readers see the old object, none, or the whole new one, never a part.
   */
  put(name: string, bytes: Uint8Array, options?: IoOptions): Promise<void>;

  /** As `put`, but leaves an existing object alone. @returns whether this call created it: exactly one of many does */
  putIfAbsent(name: string, bytes: Uint8Array, options?: IoOptions): Promise<boolean>;

  /** @returns the whole object, or undefined when there is none */
  get(name: string, options?: IoOptions): Promise<Uint8Array | undefined>;

  /**
   * @param offset in bytes; negative counts from the end (−10: the last ten bytes, or all of a shorter object)
   * @returns up to `lengthBytes` bytes, fewer at the object's end; undefined when there is no such object
   */
  getRange(name: string, offset: number, lengthBytes: number, options?: IoOptions): Promise<Uint8Array | undefined>;

  /** Objects whose name starts with `prefix` and is greater than `after`, in byte order of their names. */
  list(prefix: string, options?: IoOptions & { readonly after?: string | undefined }): AsyncIterable<ObjectInfo>;

  /** Deleting what is not there is no error. */
  delete(name: string, options?: IoOptions): Promise<void>;

  /**
   * Drops what is kept of an object outside the store, because it was found to be wrong. Never rejects.
   * @returns whether there was anything, so that reading again may give something else
   */
  forget?(name: string): Promise<boolean>;

  /** @returns undefined when there is no such object */
  stat(name: string, options?: IoOptions): Promise<ObjectInfo | undefined>;
}
