/**
 * A share on a thread that answers the kernel and blocks in between: its own catalog, and contents as far as they can be had at
 * once, from the memory that all threads share or from a local disk. Everything else, what takes a network and what is not as it should
 * be, is left to the main thread, which tries again, finds what a prune has moved, and reports what is damaged.
 */
import { LRUCache } from "lru-cache";
import type { CatalogReader, ContentLocation } from "../../catalog/catalog.js";
import { openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { EMPTY_CONTENT, type ContentId } from "../../core/ids.js";
import { BlobReaderNow } from "../../store/blob-reader-now.js";
import type { ObjectsNow } from "../../store/objects-now.js";
import { openObjectsNow } from "../../store/open-objects-now.js";
import type { Zstd } from "../../store/content/zstd-codec.js";
import { zstdOfThisThread } from "../../store/content/workers/thread-zstd.js";
import { PartTable } from "./part-table.js";
import { Row } from "./row.js";
import { SharedBlobCache, type BlobCacheHandle } from "./shared-blob-cache.js";
import type { ShareRecipe } from "./share-recipe.js";

/** Of bundle indexes, for each share and thread: some 60 000 files. */
const INDEX_CACHE_BYTES = 4 * 1024 * 1024;
/** Of part tables, for each share and thread: those of half a million parts. */
const PART_TABLE_BYTES = 8 * 1024 * 1024;
/** How long another thread may take for a blob of the largest size on a slow disk, before the main thread is asked. */
const WAIT_MS = 500;
/** What is loaded ahead of small files that are read in a row: as much as one of middling length takes. */
const AHEAD_FILES = 4;
const AHEAD_BYTES = 256 * 1024;
const NOTHING: readonly Uint8Array[] = [];

/** What a thread reads with, whatever share. */
export class ThreadReading {
  readonly #caches = new Map<number, SharedBlobCache>();

  /** To be called once a thread, before it blocks for the first time. */
  static async begin(): Promise<ThreadReading> {
    return new ThreadReading(await zstdOfThisThread());
  }

  private constructor(readonly zstd: Zstd) {}

  /** One for each that shares have: that is one, for those of a mount. */
  cacheOf(handle: BlobCacheHandle): SharedBlobCache {
    const cache = this.#caches.get(handle.id) ?? SharedBlobCache.attach(handle);
    this.#caches.set(handle.id, cache);
    return cache;
  }
}

/** @throws SharestrataError when the catalog cannot be opened */
export function openRecipe(recipe: ShareRecipe, reading: ThreadReading): ThreadShare {
  return new ThreadShare(recipe, reading, openCatalogReader(recipe.catalogFolder));
}

export class ThreadShare {
  /** The thread's own. */
  readonly catalog: CatalogReader;
  readonly #slot: number;
  readonly #cache: SharedBlobCache;
  readonly #objects: ObjectsNow | undefined;
  readonly #isFar: boolean;
  readonly #blobs: BlobReaderNow | undefined;
  readonly #row = new Row();
  readonly #tables = new LRUCache<ContentId, PartTable>({
    maxSize: PART_TABLE_BYTES,
    sizeCalculation: (table) => table.memoryBytes,
  });

  constructor(recipe: ShareRecipe, reading: ThreadReading, catalog: CatalogReader) {
    this.catalog = catalog;
    const { share, key, nearby } = recipe;
    this.#slot = recipe.cacheSlot;
    this.#isFar = nearby?.kind !== "files";
    this.#cache = reading.cacheOf(recipe.cache);
    const { zstd } = reading;
    this.#objects = nearby && openObjectsNow(nearby);
    const objects = this.#objects;
    this.#blobs = objects && new BlobReaderNow({ share, key, objects, zstd, indexCacheBytes: INDEX_CACHE_BYTES });
  }

  /**
   * @param sizeBytes the size of the whole content, as its entry says
   * @param offset where to start; at or behind the end nothing is read
   * @returns `lengthBytes` bytes in pieces, fewer only at the end of the content; undefined when the main thread has to be asked. They
   * may lie in shared memory, must not be written to, and are valid until this thread reads again, from whatever share
   */
  readNow(
    contentId: ContentId,
    sizeBytes: number,
    offset: number,
    lengthBytes: number,
  ): readonly Uint8Array[] | undefined {
    const end = Math.min(offset + lengthBytes, sizeBytes);
    if (offset >= end) return NOTHING;
    if (contentId === EMPTY_CONTENT) return undefined;
    this.#cache.release();
    try {
      return this.#read(contentId, sizeBytes, offset, end);
    } catch {
      // The main thread meets the same, and reports it.
      return undefined;
    }
  }

  /**
   * To be called when what was read is with whoever wanted it. Where small files are read in a row, the next ones are loaded into the
   * memory that all threads share, while another thread takes the next request.
   */
  readAhead(): void {
    const row = this.#row.take();
    if (!row || !this.#blobs) return;
    this.#cache.release();
    let bytes = 0;
    for (const { contentId, plainBytes } of this.#blobs.following(row.contentId, row.bundleId, AHEAD_FILES)) {
      bytes += plainBytes;
      if (bytes > AHEAD_BYTES) return;
      if (!this.#cache.has(this.#slot, contentId)) this.#fillUnasked(contentId, plainBytes);
    }
  }

  /** To be called before the thread blocks: nothing that was read is held on to. */
  rest(): void {
    this.#cache.release();
    this.catalog.rest();
  }

  async close(): Promise<void> {
    this.#cache.release();
    this.#objects?.[Symbol.dispose]();
    await this.catalog[Symbol.asyncDispose]();
  }

  #read(contentId: ContentId, sizeBytes: number, offset: number, end: number): readonly Uint8Array[] | undefined {
    const known = this.#tables.get(contentId);
    if (known) return this.#readList(known, offset, end);
    const cached = this.#cache.view(this.#slot, contentId, sizeBytes, offset, end);
    if (cached) {
      if (offset === 0 && end === sizeBytes) this.#row.saw(contentId, undefined);
      return cached;
    }
    const location = this.catalog.locate(contentId);
    if (location?.kind !== "list") return this.#readBlob({ contentId, sizeBytes, start: offset, end }, location);
    const table = new PartTable(contentId, location.parts, sizeBytes);
    this.#tables.set(contentId, table);
    return this.#readList(table, offset, end);
  }

  #readList(table: PartTable, offset: number, end: number): readonly Uint8Array[] | undefined {
    const pieces: Uint8Array[] = [];
    for (let index = table.indexAt(offset), at = offset; at < end; index++) {
      const part = table.part(index);
      const piece = {
        contentId: part.contentId,
        sizeBytes: part.end - part.start,
        start: at - part.start,
        end: Math.min(end, part.end) - part.start,
      };
      if (piece.start === 0 && this.#isMissedAhead(table, index + 1)) return undefined;
      const found =
        this.#cache.view(this.#slot, piece.contentId, piece.sizeBytes, piece.start, piece.end) ??
        this.#load(piece, () => this.#loadAhead(table, index + 1));
      if (!found) return undefined;
      pieces.push(...found);
      at = part.end;
    }
    return pieces;
  }

  /** Where not everything can be loaded here, the main thread has to see who reads on: it fetches ahead. */
  #isMissedAhead(table: PartTable, index: number): boolean {
    if (!this.#isFar || index >= table.count) return false;
    return !this.#cache.has(this.#slot, table.part(index).contentId);
  }

  /** A content that is one blob, and was not in the cache. */
  #readBlob(piece: Piece, location: ContentLocation | undefined): readonly Uint8Array[] | undefined {
    const { contentId, sizeBytes, start, end } = piece;
    if (start > 0 || end < sizeBytes) return this.#load(piece);
    if (location?.kind === "bundled") this.#row.saw(contentId, location.bundleId);
    // Another thread is loading it ahead.
    if (this.#cache.has(this.#slot, contentId)) return this.#load(piece);
    // All of it, as small files are read: the kernel keeps it, and will not ask again soon.
    const plain = this.#fetch(contentId, sizeBytes, location);
    return plain && [plain];
  }

  /** @param meanwhile is called when another thread loads the blob, before it is waited for */
  #load(piece: Piece, meanwhile?: () => void): readonly Uint8Array[] | undefined {
    if (!this.#blobs) return undefined;
    const { contentId, sizeBytes, start, end } = piece;
    const claim = this.#cache.claim(this.#slot, contentId);
    if (claim === "off") {
      const plain = this.#fetch(contentId, sizeBytes);
      return plain && [Uint8Array.prototype.slice.call(plain, start, end)];
    }
    if (claim === "claimed") return this.#loadClaimed(piece);
    if (claim === "loading") {
      meanwhile?.();
      this.#cache.wait(this.#slot, contentId, WAIT_MS);
    }
    return this.#cache.view(this.#slot, contentId, sizeBytes, start, end);
  }

  #loadClaimed({ contentId, sizeBytes, start, end }: Piece): readonly Uint8Array[] | undefined {
    const plain = this.#fill(contentId, sizeBytes);
    const kept = this.#cache.view(this.#slot, contentId, sizeBytes, start, end);
    return kept ?? (plain && [Uint8Array.prototype.slice.call(plain, start, end)]);
  }

  /** Loads what was claimed into the cache. @returns the bytes, valid until the next fetch */
  #fill(contentId: ContentId, sizeBytes: number): Uint8Array | undefined {
    let isKept = false;
    try {
      const plain = this.#fetch(contentId, sizeBytes);
      isKept = plain !== undefined && this.#cache.put(this.#slot, contentId, plain);
      return plain;
    } finally {
      if (!isKept) this.#cache.abandon(this.#slot, contentId);
    }
  }

  /**
   * Two who want the same part of a file read it in a row, most likely, as the kernel does: instead of waiting for the other one,
   * this thread loads what both will want next.
   */
  #loadAhead(table: PartTable, index: number): void {
    if (index >= table.count) return;
    const { contentId, start, end } = table.part(index);
    this.#fillUnasked(contentId, end - start);
  }

  #fillUnasked(contentId: ContentId, sizeBytes: number): void {
    if (this.#cache.claim(this.#slot, contentId) !== "claimed") return;
    try {
      this.#fill(contentId, sizeBytes);
    } catch {
      // Nobody has asked for it yet; whoever does meets the same.
    }
  }

  #fetch(contentId: ContentId, sizeBytes: number, location = this.catalog.locate(contentId)): Uint8Array | undefined {
    if (!this.#blobs || (location?.kind !== "bundled" && location?.kind !== "blob")) return undefined;
    const plain = this.#blobs.read(contentId, location);
    return plain.byteLength === sizeBytes ? plain : undefined;
  }
}

/** A part of a blob. */
interface Piece {
  readonly contentId: ContentId;
  /** Of the whole blob. */
  readonly sizeBytes: number;
  readonly start: number;
  readonly end: number;
}
