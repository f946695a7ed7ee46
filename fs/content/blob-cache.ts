/**
 * Owns the plain bytes of blobs in memory: one budget for all shares and snapshots of a process. Nothing enters that
 * was not verified, since only what `load` resolved with is kept; and one blob is fetched once however many ask for it.
 */
import { LRUCache } from "lru-cache";

/** What a mount keeps by default. Large enough for some dozen chunks of large files, a fifth of the memory budget. */
export const DEFAULT_CACHE_BYTES = 48 * 1024 * 1024;

/** What an entry occupies beside its bytes, so that a budget full of tiny files is kept to as well. */
const ENTRY_BYTES = 512;

/** Fetches at a time, so that many readers cannot hold many times the budget in blobs on their way. */
const MAX_FLIGHTS = 8;

export class BlobCache {
  readonly #blobs: LRUCache<string, Uint8Array>;
  readonly #flights = new Map<string, Promise<Uint8Array>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param maxBytes a blob larger than this is fetched for each read: leave room for several of the largest */
  constructor(maxBytes: number = DEFAULT_CACHE_BYTES) {
    this.#blobs = new LRUCache({ maxSize: maxBytes, sizeCalculation: (blob) => blob.byteLength + ENTRY_BYTES });
  }

  /** What the cache occupies, about. */
  get sizeBytes(): number {
    return this.#blobs.calculatedSize;
  }

  /** The blob if it is in memory. The bytes are shared: they must not be written to. */
  get(key: string): Uint8Array | undefined {
    return this.#blobs.get(key);
  }

  /**
   * The blob from memory, from a fetch under way, or from `fetch`. A failed fetch is not remembered: the next reader
   * tries again.
   */
  load(key: string, fetch: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.#blobs.get(key);
    if (known) return Promise.resolve(known);
    const underWay = this.#flights.get(key);
    if (underWay) return underWay;
    const flight = this.#fly(key, fetch).finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }

  async #fly(key: string, fetch: () => Promise<Uint8Array>): Promise<Uint8Array> {
    if (this.#running >= MAX_FLIGHTS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      const blob = alone(await fetch());
      this.#blobs.set(key, blob);
      return blob;
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

/** A short view into a long buffer, such as Node's pool, would keep all of that in memory. */
function alone(blob: Uint8Array): Uint8Array {
  return blob.buffer.byteLength > blob.byteLength + ENTRY_BYTES ? new Uint8Array(blob) : blob;
}
