/**
 * Shares as a thread has them that answers at once or not at all: those the main thread has opened and told of. Each thread
 * reads the catalog for itself; what it would have to wait for, it does not have.
 */
import { openCatalogReader } from "../../../catalog/lmdb-catalog.js";
import { formatShareName, type ShareName } from "../../../core/names.js";
import { ElsewhereError } from "../../elsewhere.js";
import { OpenShare } from "../../open-share.js";
import type { SharePool } from "../../share-pool.js";
import type { MountedShare } from "../../shares.js";
import type { ThreadShareRecipe } from "./messages.js";

export class ThreadShares implements SharePool {
  readonly #open = new Map<string, OpenShare>();

  add(recipe: ThreadShareRecipe): void {
    this.#open.set(formatShareName(recipe.name), new OpenShare(threadShare(recipe)));
  }

  opened(): Iterable<OpenShare> {
    return this.#open.values();
  }

  open(name: ShareName): OpenShare {
    return this.#open.get(formatShareName(name)) ?? elsewhere();
  }

  /** To be called before the thread waits. */
  rest(): void {
    for (const { mounted } of this.#open.values()) mounted.catalog.rest();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { mounted } of this.#open.values()) await mounted[Symbol.asyncDispose]();
    this.#open.clear();
  }
}

function threadShare({ name, catalogFolder }: ThreadShareRecipe): MountedShare {
  const catalog = openCatalogReader(catalogFolder);
  return {
    name,
    catalog,
    content: { read: elsewhere },
    metadata: { metadataOf: elsewhere, putOf: elsewhere },
    [Symbol.asyncDispose]: () => catalog[Symbol.asyncDispose](),
  };
}

export function elsewhere(): never {
  throw new ElsewhereError();
}
