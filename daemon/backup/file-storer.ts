/**
 * One file's content on its way into the store: read once, fingerprinted, cut and handed to the deduper. Small files
 * are one blob; longer ones become chunks. All but the reading is the content workers', and that as well where the source
 * lets them.
 */
import { EMPTY_CONTENT, type ContentId } from "../../core/ids.js";
import type { ContentPart } from "../../core/node.js";
import { listHash } from "../../store/content/list-hash.js";
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
      this.#read(piece.byteLength);
    }
    return this.#storeSmall({ kind: "bytes", bytes: whole }, sizeBytes);
  }

  /** As `store`, of a file that a worker reads. @param signal ends the reading of a long one */
  async storeByWorker(sizeBytes: number, source: FileSource, signal?: AbortSignal): Promise<StoredFile> {
    if (!this.#isSmall(sizeBytes)) return this.#storeLarge(sizeBytes, source, signal);
    const stored = await this.#storeSmall(source, sizeBytes);
    this.#read(sizeBytes);
    return stored;
  }

  #isSmall(sizeBytes: number): boolean {
    return sizeBytes <= this.#settings.smallFileThresholdBytes;
  }

  async #storeSmall(source: ContentSource, sizeBytes: number): Promise<StoredFile> {
    if (sizeBytes === 0 && source.kind === "bytes") return EMPTY_FILE;
    const held = await this.#deduper.writer.take(source, sizeBytes);
    if (sizeBytes > 0) return { xorhash: held.xorhash, content: this.#deduper.addHeld(held) };
    held.release();
    return EMPTY_FILE;
  }

  async #storeLarge(sizeBytes: number, source: FileSource, signal: AbortSignal | undefined): Promise<StoredFile> {
    using cut = await this.#deduper.writer.cut(source, sizeBytes);
    const parts = new PendingParts(this.#deduper);
    for (let read = 0; ;) {
      const chunks = await cut.next();
      signal?.throwIfAborted();
      this.#read(cut.readBytes - read);
      read = cut.readBytes;
      if (chunks.length === 0) return this.#finish(cut, parts);
      await parts.add(chunks);
    }
  }

  async #storePieces(sizeBytes: number, bytes: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    using cut = await this.#deduper.writer.cut(undefined, sizeBytes);
    const parts = new PendingParts(this.#deduper);
    for await (const piece of bytes) {
      this.#read(piece.byteLength);
      await cut.push(piece);
      await parts.add(cut.arrived());
    }
    cut.end();
    for (;;) {
      const chunks = await cut.next();
      if (chunks.length === 0) return this.#finish(cut, parts);
      await parts.add(chunks);
    }
  }

  #finish({ xorhash }: CutFile, parts: PendingParts): StoredFile {
    const stored = parts.finish();
    // The journal waits for it; until it does, a failure must not end the process.
    stored.catch(() => {});
    return { xorhash, content: { stored } };
  }

  #read(bytes: number): void {
    this.#report.counters.bytesRead += bytes;
    this.#report.tell();
  }
}

const EMPTY_FILE: StoredFile = { xorhash: 0n, content: { stored: Promise.resolve(EMPTY_CONTENT) } };

/** The chunks of one file, in order. */
class PendingParts {
  readonly #deduper: Deduper;
  readonly #parts: PendingPart[] = [];

  constructor(deduper: Deduper) {
    this.#deduper = deduper;
  }

  async add(chunks: readonly HeldChunk[]): Promise<void> {
    for (const chunk of chunks) {
      const { sizeBytes, sha256: digest } = chunk;
      const { stored } = await this.#deduper.addHeldChunk(chunk);
      this.#parts.push({ sizeBytes, digest, stored });
    }
  }

  async finish(): Promise<ContentId> {
    const pending = this.#parts;
    const ids = await Promise.all(pending.map(({ stored }) => stored));
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) return only;
    const parts: ContentPart[] = pending.map(({ sizeBytes }, index) => ({
      contentId: ids[index] ?? EMPTY_CONTENT,
      sizeBytes,
    }));
    return this.#deduper.addList(parts, listHash(pending.map(({ digest }) => digest)));
  }
}

interface PendingPart {
  readonly sizeBytes: number;
  readonly digest: Uint8Array;
  readonly stored: Promise<ContentId>;
}
