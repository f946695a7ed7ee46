/**
 * Turns the paths of a path-based transport into handles. What a path of a snapshot means never changes, and the levels above
 * hold no state, but for the link to the newest snapshot; so the handles used last are kept, directories and files alike: libfuse
 * names a file by its path three times before the first byte is read.
 */
import { LRUCache } from "lru-cache";
import type { Handle } from "./handle.js";
import { whenReady, type MaybePromise } from "./maybe-promise.js";
import type { Operations } from "./operations.js";

const REMEMBERED_PATHS = 4096;

export class PathResolver {
  readonly #operations: Operations;
  readonly #handles = new LRUCache<string, Handle>({ max: REMEMBERED_PATHS });

  constructor(operations: Operations) {
    this.#operations = operations;
  }

  /**
   * @param path absolute, from the mount's root; `/` is the root itself
   * @throws FileSystemError as `Operations.lookup`
   */
  resolve(path: string): MaybePromise<Handle> {
    if (path === "/" || path === "") return this.#operations.root;
    const known = this.#handles.get(path);
    if (known) return known;
    const slash = path.lastIndexOf("/");
    return whenReady(this.resolve(path.slice(0, slash)), (parent) =>
      whenReady(this.#operations.lookup(parent, path.slice(slash + 1)), (handle) => {
        if (handle.kind !== "latest") this.#handles.set(path, handle);
        return handle;
      }),
    );
  }
}
