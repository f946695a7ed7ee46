/**
 * Shares as a thread has them that answers at once or not at all: those the main thread has opened and told of. Each thread
 * reads the catalog for itself; what it would have to wait for, it does not have.
 */
import { formatShareName, type ShareName } from "../../../core/names.js";
import { openRecipe, type ThreadReading, type ThreadShare } from "../../content/thread-share.js";
import { Leftovers } from "../../../store/content/leftovers.js";
import { ElsewhereError } from "../../elsewhere.js";
import { OpenShare } from "../../open-share.js";
import type { SharePool } from "../../share-pool.js";
import type { MountedShare } from "../../shares.js";
import type { ThreadShareRecipe } from "./messages.js";

export class ThreadShares implements SharePool {
  readonly #reading: ThreadReading;
  readonly #open = new Map<string, OpenShare>();
  readonly #shares: ThreadShare[] = [];

  constructor(reading: ThreadReading) {
    this.#reading = reading;
  }

  add(recipe: ThreadShareRecipe): void {
    const share = openRecipe(recipe, this.#reading);
    this.#shares.push(share);
    this.#open.set(formatShareName(recipe.share), new OpenShare(mounted(recipe.share, share)));
  }

  opened(): Iterable<OpenShare> {
    return this.#open.values();
  }

  open(name: ShareName): OpenShare {
    return this.#open.get(formatShareName(name)) ?? elsewhere();
  }

  /** To be called when an answer is sent. */
  readAhead(): void {
    for (const share of this.#shares) share.readAhead();
  }

  /** To be called before the thread waits. */
  rest(): void {
    for (const share of this.#shares) share.rest();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open.clear();
    for (const share of this.#shares.splice(0)) await share.close();
  }
}

function mounted(name: ShareName, share: ThreadShare): MountedShare {
  const joined = new Leftovers();
  return {
    name,
    catalog: share.catalog,
    content: {
      read: (contentId, sizeBytes, offset, lengthBytes) => {
        joined.discard();
        const [first, ...rest] = share.readNow(contentId, sizeBytes, offset, lengthBytes) ?? elsewhere();
        // Nearly always one: only where two chunks meet, or the memory is in pieces, there are more.
        return rest.length === 0 ? (first ?? NOTHING) : joined.keep(Buffer.concat([first ?? NOTHING, ...rest]));
      },
    },
    metadata: { metadataOf: elsewhere, putOf: elsewhere, descriptorOf: elsewhere },
    recipe: elsewhere,
    retire: elsewhere,
    [Symbol.asyncDispose]: () => share.close(),
  };
}

const NOTHING = new Uint8Array(0);

export function elsewhere(): never {
  throw new ElsewhereError();
}
