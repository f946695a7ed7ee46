/**
 * The cache of blobs as the main thread uses it: what is in the memory that all threads share, and what is being fetched. Nothing
 * enters that was not verified, since only what `load` resolved with is kept; and one blob is fetched once however many ask.
 */
import type { ContentId } from "../../core/ids.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import { SharedBlobCache } from "./shared-blob-cache.js";

/** Fetches at a time, so that many readers cannot hold many times the budget in blobs on their way. */
const MAX_FLIGHTS = 8;

export class BlobCache {
  /** What other threads are given the handle of. */
  readonly shared: SharedBlobCache;
  readonly #slots = new Map<string, number>();
  readonly #flights = new Map<string, Promise<Uint8Array>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param maxBytes what it may take in all, 32 MiB unless told; a blob larger than that is fetched for each read */
  constructor(maxBytes?: number) {
    this.shared = SharedBlobCache.create(maxBytes);
  }

  /** What the cached blobs occupy. */
  get sizeBytes(): number {
    return this.shared.sizeBytes;
  }

  /** What cached blobs may occupy. */
  get roomBytes(): number {
    return this.shared.roomBytes;
  }

  /** Whether a blob is in memory, or being loaded by another thread. */
  has(slot: number, contentId: ContentId): boolean {
    return this.shared.has(slot, contentId);
  }

  /** The number that a share has in this cache, the same whenever it is asked for. */
  slotOf(share: ShareName): number {
    const name = formatShareName(share);
    const slot = this.#slots.get(name) ?? this.#slots.size;
    this.#slots.set(name, slot);
    return slot;
  }

  /** The bytes from `start` to `end`, if the blob is in memory and has `sizeBytes` in all. */
  copy(slot: number, contentId: ContentId, sizeBytes: number, start: number, end: number): Uint8Array | undefined {
    return this.shared.copy(slot, contentId, sizeBytes, start, end);
  }

  /** Keeps a blob that nobody has asked for yet. @param blob verified */
  put(slot: number, contentId: ContentId, blob: Uint8Array): void {
    this.shared.put(slot, contentId, blob);
  }

  /**
   * The blob from a fetch under way, or from `fetch`; it is kept. A failed fetch is not remembered: the next reader tries
   * again. The bytes are shared with those who asked at the same time, so they must not be written to.
   */
  load(slot: number, contentId: ContentId, fetch: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const key = `${slot}:${contentId}`;
    const underWay = this.#flights.get(key);
    if (underWay) return underWay;
    const flight = this.#fly(slot, contentId, fetch).finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }

  async #fly(slot: number, contentId: ContentId, fetch: () => Promise<Uint8Array>): Promise<Uint8Array> {
    if (this.#running >= MAX_FLIGHTS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      const blob = await fetch();
      this.shared.put(slot, contentId, blob);
      return blob;
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
