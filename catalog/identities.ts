/**
 * From a source's identities to nodes, for recognising renames: an LMDB environment of its own beside the node tree,
 * because it need not fit in RAM and is rebuilt from the segments with it. What it says is a hint, which counts only while
 * the node tree has the node, so rows of nodes that are gone do no harm.
 */
import { hash } from "node:crypto";
import type { NodeId } from "../core/ids.js";
import type { NodePut } from "../core/node.js";
import { HashIndex } from "./hashed/hash-index.js";
import { HASH_BYTES } from "./hashed/hash-page.js";

export class Identities implements AsyncDisposable {
  readonly #index: HashIndex;

  /** @param folder made when missing */
  constructor(folder: string) {
    this.#index = new HashIndex(folder);
  }

  /** As `HashIndex.claimed`. */
  claimed(): void {
    this.#index.claimed();
  }

  get(sourceId: string): NodeId | undefined {
    return this.#index.get(hashOf(sourceId)) as NodeId | undefined;
  }

  /** Puts that are known already included. @throws SharestrataError `STORE_FULL`, `FAILED` as `commit` */
  async add(puts: readonly NodePut[]): Promise<void> {
    await this.#index.add(
      puts.flatMap(({ entry: { sourceId, nodeId } }) =>
        sourceId === undefined ? [] : [{ hash: hashOf(sourceId), value: nodeId }],
      ),
    );
  }

  /** Packs what was added since. */
  settle(): Promise<void> {
    return this.#index.settle();
  }

  /** Writes a compact copy, as it is now, into an empty folder. @throws SharestrataError `STORE_FULL` */
  copyTo(folder: string): Promise<void> {
    return this.#index.copyTo(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#index[Symbol.asyncDispose]();
  }
}

function hashOf(sourceId: string): Buffer {
  return hash("sha256", sourceId, "buffer").subarray(0, HASH_BYTES);
}
