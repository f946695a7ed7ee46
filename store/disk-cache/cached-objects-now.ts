/** What a disk cache has of a store, read on a thread that has nothing else to do. It changes nothing in the cache: what is damaged is not there. */
import { readFileSync } from "node:fs";
import type { ObjectsNow } from "../objects-now.js";
import { cachePath, openCacheFile } from "./cache-file.js";
import { BLOCK_BYTES, blockPart, blocksOf, rangeIn, tailPart, WHOLE } from "./parts.js";

export class CachedObjectsNow implements ObjectsNow {
  readonly #folder: string;
  readonly #uri: string;

  /** @param uri of the store */
  constructor(folder: string, uri: string) {
    this.#folder = folder;
    this.#uri = uri;
  }

  get(name: string): Uint8Array | undefined {
    return this.#part(name, WHOLE);
  }

  getRange(name: string, offset: number, lengthBytes: number): Uint8Array | undefined {
    if (offset < 0) return this.#part(name, tailPart(lengthBytes));
    const { first, last } = blocksOf(offset, lengthBytes);
    const blocks: Uint8Array[] = [];
    for (let block = first; block <= last; block++) {
      const bytes = this.#part(name, blockPart(block));
      if (!bytes) return undefined;
      blocks.push(bytes);
      if (bytes.length < BLOCK_BYTES) break;
    }
    return rangeIn(blocks, first, offset, lengthBytes);
  }

  [Symbol.dispose](): void {
    // Nothing is held open between two calls.
  }

  #part(name: string, part: string): Buffer | undefined {
    let file: Buffer;
    try {
      file = readFileSync(cachePath(this.#folder, this.#uri, name, part));
    } catch {
      return undefined;
    }
    return openCacheFile(file);
  }
}
