/**
 * Reads any content of one share: empty, a bundled blob, a blob of its own, or a list of blobs. Whole blobs are read
 * and verified (by the store) before a byte of them is served, then kept in a cache that all snapshots share; what has
 * the wrong size is damage, never data.
 */
import { LRUCache } from "lru-cache";
import type { CatalogReader, ContentLocation } from "../../catalog/catalog.js";
import { DamagedError } from "../../core/errors.js";
import { EMPTY_CONTENT, type ContentId } from "../../core/ids.js";
import type { ShareName } from "../../core/names.js";
import type { Neighbours } from "../../store/stretch-reader.js";
import type { BlobCache } from "./blob-cache.js";
import type { FileContent, ReadOptions } from "./file-content.js";
import type { ForeignBlobs } from "./foreign-blobs.js";
import type { MovedContents } from "./moved-contents.js";
import { PartTable } from "./part-table.js";
import { ReadAhead } from "./read-ahead.js";

/** Where a blob of the share itself lies. */
export type BlobLocation = Extract<ContentLocation, { readonly kind: "bundled" | "blob" }>;

/** What is needed of the store's BlobReader. */
export interface BlobSource {
  /** @returns the blob's plain bytes, verified. @throws DamagedError, StoreError */
  read(
    contentId: ContentId,
    location: BlobLocation,
    options?: { readonly signal?: AbortSignal | undefined; readonly neighbours?: Neighbours | undefined },
  ): Promise<Uint8Array>;
}

type OpenContent =
  | { readonly kind: "empty" }
  | { readonly kind: "blob"; readonly contentId: ContentId }
  | { readonly kind: "list"; readonly table: PartTable };

/** All part tables of a share together; one of a million parts fits. */
const PART_TABLE_BYTES = 24 * 1024 * 1024;
/** Neighbours may take a quarter of the cache at a time, so that they do not drive out each other. */
const NEIGHBOURS_PART = 4;
/** Parts that are fetched ahead of who reads in a row, of a store that is far away or not; they may take half of the cache. */
const FAR_AHEAD = 3;
const NEAR_AHEAD = 1;
const AHEAD_PART = 2;
const NOTHING = new Uint8Array(0);

export class ContentReader implements FileContent {
  readonly #catalog: Pick<CatalogReader, "locate">;
  readonly #blobs: BlobSource;
  readonly #foreign: ForeignBlobs | undefined;
  readonly #moved: Pick<MovedContents, "find"> | undefined;
  readonly #cache: BlobCache;
  readonly #slot: number;
  readonly #neighbours: Neighbours | undefined;
  readonly #readAhead: ReadAhead;
  readonly #tables = new LRUCache<ContentId, PartTable>({
    maxSize: PART_TABLE_BYTES,
    sizeCalculation: (table) => table.memoryBytes,
  });

  constructor(options: {
    readonly share: ShareName;
    readonly catalog: Pick<CatalogReader, "locate">;
    readonly blobs: BlobSource;
    /** Default: blobs of other shares cannot be read. */
    readonly foreign?: ForeignBlobs | undefined;
    /** Default: the catalog is asked, and nobody else. */
    readonly moved?: Pick<MovedContents, "find"> | undefined;
    /** May be shared with the readers of other shares. */
    readonly cache: BlobCache;
    /** Whether asking the store takes long: then more is fetched than was asked for. Default: it does not. */
    readonly isFar?: boolean | undefined;
  }) {
    this.#catalog = options.catalog;
    this.#blobs = options.blobs;
    this.#foreign = options.foreign;
    this.#moved = options.moved;
    this.#cache = options.cache;
    this.#slot = options.cache.slotOf(options.share);
    this.#neighbours = options.isFar === true ? this.#asNeighbours() : undefined;
    const aheadBytes = Math.floor(this.#cache.roomBytes / AHEAD_PART);
    this.#readAhead = new ReadAhead(options.isFar === true ? FAR_AHEAD : NEAR_AHEAD, aheadBytes);
  }

  async read(
    contentId: ContentId,
    sizeBytes: number,
    offset: number,
    lengthBytes: number,
    options: ReadOptions = {},
  ): Promise<Uint8Array> {
    const end = Math.min(offset + lengthBytes, sizeBytes);
    if (offset >= end) return NOTHING;
    const content = this.#open(contentId, sizeBytes);
    if (content.kind === "empty") return NOTHING;
    if (content.kind === "blob") {
      return this.#piece(contentId, sizeBytes, offset, end, options);
    }
    const { table } = content;
    this.#fetchAhead(contentId, table, offset, end);
    const pieces: Uint8Array[] = [];
    for (let index = table.indexAt(offset), at = offset; at < end; index++) {
      const part = table.part(index);
      const [from, to] = [at - part.start, Math.min(end, part.end) - part.start];
      pieces.push(await this.#piece(part.contentId, part.end - part.start, from, to, options));
      at = part.end;
    }
    return pieces.length === 1 ? (pieces[0] ?? NOTHING) : Buffer.concat(pieces);
  }

  /**
   * The whole content in order, blob by blob, the next one being fetched while one is used. Pieces are shared: do not
   * write to them.
   * @throws as `read`
   */
  async *stream(contentId: ContentId, sizeBytes: number, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    const content = this.#open(contentId, sizeBytes);
    if (content.kind === "empty") return;
    if (content.kind === "blob") {
      yield await this.#blob(contentId, sizeBytes, options);
      return;
    }
    const { table } = content;
    const fetchPart = (index: number): Promise<Uint8Array> => {
      const part = table.part(index);
      const blob = this.#blob(part.contentId, part.end - part.start, options);
      blob.catch(() => undefined); // It is awaited below, unless the consumer leaves before.
      return blob;
    };
    let next = table.count > 0 ? fetchPart(0) : undefined;
    for (let index = 1; next; index++) {
      const blob: Uint8Array = await next;
      next = index < table.count ? fetchPart(index) : undefined;
      yield blob;
    }
  }

  /** Nobody waits for these, and nobody calls them off: whoever reads on finds them, or waits for the same fetch. */
  #fetchAhead(contentId: ContentId, table: PartTable, offset: number, end: number): void {
    for (const index of this.#readAhead.parts(contentId, table, table.indexAt(offset), table.indexAt(end - 1))) {
      const part = table.part(index);
      if (this.#cache.has(this.#slot, part.contentId)) continue;
      // Whoever reads on meets the same failure, and is told.
      this.#cache.load(this.#slot, part.contentId, () => this.#fetch(part.contentId)).catch(() => undefined);
    }
  }

  #open(contentId: ContentId, sizeBytes: number): OpenContent {
    if (contentId === EMPTY_CONTENT) {
      if (sizeBytes !== 0) throw damaged(contentId, `is empty and should have ${sizeBytes} bytes`);
      return { kind: "empty" };
    }
    const known = this.#tables.get(contentId);
    if (known) return { kind: "list", table: known };
    const location = this.#locate(contentId);
    if (location.kind !== "list") return { kind: "blob", contentId };
    const table = new PartTable(contentId, location.parts, sizeBytes);
    this.#tables.set(contentId, table);
    return { kind: "list", table };
  }

  #blob(contentId: ContentId, sizeBytes: number, options: ReadOptions): Promise<Uint8Array> {
    return this.#piece(contentId, sizeBytes, 0, sizeBytes, options);
  }

  /** The bytes from `start` to `end` of a blob. */
  async #piece(
    contentId: ContentId,
    sizeBytes: number,
    start: number,
    end: number,
    options: ReadOptions,
  ): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const known = this.#cache.copy(this.#slot, contentId, sizeBytes, start, end);
    if (known) return known;
    const flight = this.#cache.load(this.#slot, contentId, () => this.#fetch(contentId));
    const blob = await untilAborted(flight, options.signal);
    if (blob.byteLength !== sizeBytes) {
      throw damaged(contentId, `has ${blob.byteLength} bytes and should have ${sizeBytes}`);
    }
    return blob.subarray(start, end);
  }

  async #fetch(contentId: ContentId): Promise<Uint8Array> {
    const location = this.#locate(contentId);
    if (location.kind === "list") throw damaged(contentId, "is a list where a blob should be");
    if (location.kind === "foreign") {
      if (!this.#foreign) throw damaged(contentId, `is stored by the share ${location.owner.share}, which is not open`);
      return this.#foreign.read(location.owner);
    }
    try {
      return await this.#blobs.read(contentId, location, { neighbours: this.#neighbours });
    } catch (error) {
      if (location.kind !== "bundled" || !(error instanceof DamagedError)) throw error;
      const elsewhere = await this.#movedFrom(contentId, location);
      if (!elsewhere) throw error;
      return this.#blobs.read(contentId, elsewhere);
    }
  }

  /** A prune may have moved it, before the catalog knew of that or since. */
  async #movedFrom(
    contentId: ContentId,
    { bundleId }: Extract<BlobLocation, { readonly kind: "bundled" }>,
  ): Promise<BlobLocation | undefined> {
    const now = this.#locate(contentId);
    if (now.kind === "bundled" && now.bundleId !== bundleId) return now;
    const moved = await this.#moved?.find(contentId);
    return moved === undefined || moved === bundleId ? undefined : { kind: "bundled", bundleId: moved };
  }

  #asNeighbours(): Neighbours {
    return {
      roomBytes: Math.floor(this.#cache.roomBytes / NEIGHBOURS_PART),
      isWanted: (contentId) => !this.#cache.has(this.#slot, contentId),
      keep: (contentId, blob) => this.#cache.put(this.#slot, contentId, blob),
    };
  }

  #locate(contentId: ContentId): ContentLocation {
    const location = this.#catalog.locate(contentId);
    if (!location) throw damaged(contentId, "is not in the catalog");
    return location;
  }
}

function damaged(contentId: ContentId, what: string): DamagedError {
  const where = `content ${contentId}`;
  return new DamagedError(`The ${where} ${what}.`, { where, contentId });
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
