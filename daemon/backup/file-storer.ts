/**
 * One file's content on its way into the store: read once, fingerprinted, cut and handed to the deduper. Small files
 * are one blob; longer ones become chunks. All but the reading is the content workers', and that as well where the source
 * lets them.
 */
import { hash } from "node:crypto";
import { EMPTY_CONTENT, type ContentId } from "../../core/ids.js";
import type { ContentPart } from "../../core/node.js";
import type { ContentSource, FileSource } from "../../store/content/workers/content-source.js";
import type { CutFile, HeldChunk } from "../../store/content/workers/cut-file.js";
import type { PendingContent } from "../../store/content-writer.js";
import type { ShareSettings } from "../../store/shares/share-settings.js";
import type { RunReport } from "./counters.js";
import type { Deduper } from "./deduper.js";

export interface StoredFile {
  readonly xorhash: bigint;
  readonly content: PendingContent;
}

export class FileStorer {
  readonly #settings: ShareSettings;
  readonly #deduper: Deduper;
  readonly #report: RunReport;

  constructor(settings: ShareSettings, deduper: Deduper, report: RunReport) {
    this.#settings = settings;
    this.#deduper = deduper;
    this.#report = report;
  }

  /**
   * Resolves when the whole file is read and handed in, not when it is stored.
   * @param sizeBytes what the listing said; `bytes` throws when there are more or fewer
   */
  async store(sizeBytes: number, bytes: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    if (!this.#isSmall(sizeBytes)) return this.#storePieces(sizeBytes, bytes);
    const whole = new Uint8Array(sizeBytes);
    let length = 0;
    for await (const piece of bytes) {
      whole.set(piece, length);
      length += piece.byteLength;
      this.countRead(piece.byteLength);
    }
    return this.#storeSmall({ kind: "bytes", bytes: whole }, sizeBytes);
  }

  /** As `store`, of a file that a worker reads. @param signal ends the reading of a long one */
  storeByWorker(sizeBytes: number, source: FileSource, signal?: AbortSignal): Promise<StoredFile> {
    return this.#isSmall(sizeBytes) ? this.#storeSmall(source, sizeBytes) : this.#storeLarge(sizeBytes, source, signal);
  }

  #isSmall(sizeBytes: number): boolean {
    return sizeBytes <= this.#settings.smallFileThresholdBytes;
  }

  async #storeSmall(source: ContentSource, sizeBytes: number): Promise<StoredFile> {
    if (sizeBytes === 0 && source.kind === "bytes") return EMPTY_FILE;
    const held = await this.#deduper.writer.take(source, sizeBytes);
    // Bytes that were brought have been counted as they came.
    if (source.kind === "file") this.countRead(sizeBytes);
    if (sizeBytes > 0) return { xorhash: held.xorhash, content: this.#deduper.addHeld(held) };
    held.release();
    return EMPTY_FILE;
  }

  async #storeLarge(sizeBytes: number, source: FileSource, signal: AbortSignal | undefined): Promise<StoredFile> {
    using cut = await this.#deduper.writer.cut(source, sizeBytes);
    const parts: PendingPart[] = [];
    for (let read = 0; ;) {
      const chunks = await cut.next();
      signal?.throwIfAborted();
      this.countRead(cut.readBytes - read);
      read = cut.readBytes;
      if (chunks.length === 0) return this.#finish(cut, parts);
      await this.#storeChunks(chunks, parts);
    }
  }

  async #storePieces(sizeBytes: number, bytes: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    using cut = await this.#deduper.writer.cut(undefined, sizeBytes);
    const parts: PendingPart[] = [];
    for await (const piece of bytes) {
      this.countRead(piece.byteLength);
      await cut.push(piece);
      await this.#storeChunks(cut.arrived(), parts);
    }
    cut.end();
    for (;;) {
      const chunks = await cut.next();
      if (chunks.length === 0) return this.#finish(cut, parts);
      await this.#storeChunks(chunks, parts);
    }
  }

  /** Hands one chunk of a long file in that was cut here. */
  async storeChunk(chunk: Uint8Array): Promise<PendingPart> {
    const digest = hash("sha256", chunk, "buffer");
    const { stored } = await this.#deduper.addChunk(chunk, digest);
    return { sizeBytes: chunk.byteLength, digest, stored };
  }

  /** Makes one content of the parts once they are stored, in order. */
  async finishList(pending: readonly PendingPart[]): Promise<ContentId> {
    const ids = await Promise.all(pending.map(async ({ stored }) => stored));
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) return only;
    const parts: ContentPart[] = pending.map(({ sizeBytes }, index) => ({
      contentId: ids[index] ?? EMPTY_CONTENT,
      sizeBytes,
    }));
    return this.#deduper.addList(parts, Buffer.concat(pending.map(({ digest }) => digest)));
  }

  /** Counts what was read of the source. */
  countRead(bytes: number): void {
    this.#report.counters.bytesRead += bytes;
    this.#report.tell();
  }

  async #storeChunks(chunks: readonly HeldChunk[], parts: PendingPart[]): Promise<void> {
    for (const chunk of chunks) {
      const { sizeBytes, sha256: digest } = chunk;
      const { stored } = await this.#deduper.addHeldChunk(chunk);
      parts.push({ sizeBytes, digest, stored });
    }
  }

  #finish({ xorhash }: CutFile, parts: readonly PendingPart[]): StoredFile {
    const stored = this.finishList(parts);
    // The journal waits for it; until it does, a failure must not end the process.
    stored.catch(() => {});
    return { xorhash, content: { stored } };
  }
}

const EMPTY_FILE: StoredFile = { xorhash: 0n, content: { stored: Promise.resolve(EMPTY_CONTENT) } };

export interface PendingPart {
  readonly sizeBytes: number;
  readonly digest: Uint8Array;
  /** Of a part that has been stored for long, its id. */
  readonly stored: Promise<ContentId> | ContentId;
}
