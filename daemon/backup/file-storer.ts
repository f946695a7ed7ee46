/**
 * One file's content on its way into the store: read once, fingerprinted, cut and handed to the deduper. Small files
 * are one blob; longer ones become chunks, of which only one at a time is held here.
 */
import { createHash } from "node:crypto";
import { EMPTY_CONTENT, type ContentId } from "../../core/ids.js";
import type { ContentPart } from "../../core/node.js";
import { FastCdc } from "../../store/content/fastcdc.js";
import { Xorhasher } from "../../store/content/xorhash.js";
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
    if (sizeBytes <= this.#settings.smallFileThresholdBytes) return this.#storeSmall(sizeBytes, bytes);
    return this.#storeLarge(bytes);
  }

  async #storeSmall(sizeBytes: number, bytes: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    const whole = new Uint8Array(sizeBytes);
    let length = 0;
    for await (const piece of bytes) {
      whole.set(piece, length);
      length += piece.byteLength;
      this.countRead(piece);
    }
    if (sizeBytes === 0) return { xorhash: 0n, content: { stored: Promise.resolve(EMPTY_CONTENT) } };
    const hasher = new Xorhasher();
    hasher.update(whole);
    return { xorhash: hasher.digest(), content: await this.#deduper.addSmall(whole, sha256(whole)) };
  }

  async #storeLarge(bytes: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    const hasher = new Xorhasher();
    const chunker = new FastCdc(this.#settings);
    const parts: PendingPart[] = [];
    for await (const piece of bytes) {
      hasher.update(piece);
      this.countRead(piece);
      for (const chunk of chunker.push(piece)) parts.push(await this.storeChunk(chunk));
    }
    const last = chunker.finish();
    if (last) parts.push(await this.storeChunk(last));
    const stored = this.finishList(parts);
    // The journal waits for it; until it does, a failure must not end the process.
    stored.catch(() => {});
    return { xorhash: hasher.digest(), content: { stored } };
  }

  /** Hands one chunk of a long file in. */
  async storeChunk(chunk: Uint8Array): Promise<PendingPart> {
    const digest = sha256(chunk);
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
  countRead(piece: Uint8Array): void {
    this.#report.counters.bytesRead += piece.byteLength;
    this.#report.tell();
  }
}

export interface PendingPart {
  readonly sizeBytes: number;
  readonly digest: Uint8Array;
  /** Of a part that has been stored for long, its id. */
  readonly stored: Promise<ContentId> | ContentId;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}
