/**
 * Content that is stored already is not stored again: not what an earlier segment holds (the dedup index), and not
 * what this run has handed to the writer but not seen in a segment yet (`#pending`).
 */
import type { DedupIndex } from "../../catalog/dedup-index.js";
import type { ContentId } from "../../core/ids.js";
import type { ContentPart, ContentRecord } from "../../core/node.js";
import type { ContentWriter, PendingContent, StoredContents } from "../../store/content-writer.js";

export class Deduper {
  readonly #index: DedupIndex;
  readonly #writer: ContentWriter;
  /** By digest, prefixed with what it is a digest of. */
  readonly #pending = new Map<string, PendingContent>();

  constructor(index: DedupIndex, writer: ContentWriter) {
    this.#index = index;
    this.#writer = writer;
  }

  /** As `ContentWriter.addSmall`, once for equal bytes. */
  addSmall(bytes: Uint8Array, sha256: Uint8Array): Promise<PendingContent> {
    return this.#add(sha256, () => this.#writer.addSmall(bytes, sha256));
  }

  /** As `ContentWriter.addChunk`, once for equal bytes. */
  addChunk(bytes: Uint8Array, sha256: Uint8Array): Promise<PendingContent> {
    return this.#add(sha256, () => this.#writer.addChunk(bytes, sha256));
  }

  /** As `ContentWriter.addList`, once for equal lists. */
  addList(parts: readonly ContentPart[], sha256: Uint8Array): ContentId {
    return this.#index.get("list", sha256) ?? this.#writer.addList(parts, sha256);
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  takeStored(): StoredContents {
    return this.#writer.takeStored();
  }

  /** Called once `contents` are in an applied segment: from now on the index answers for them. */
  async settle(contents: readonly ContentRecord[]): Promise<void> {
    await this.#index.add(contents);
    for (const { sha256 } of contents) this.#pending.delete(hex(sha256));
  }

  async #add(sha256: Uint8Array, store: () => Promise<PendingContent>): Promise<PendingContent> {
    const known = this.#index.get("blob", sha256);
    if (known !== undefined) return { stored: Promise.resolve(known) };
    const key = hex(sha256);
    const pending = this.#pending.get(key);
    if (pending) return pending;
    // Registered before the first wait, or two equal files read side by side would both be stored.
    const accepted = store();
    const stored = accepted.then((content) => content.stored);
    // Whoever waits for the content sees the failure; without a waiter it must not end the process.
    stored.catch(() => {});
    const own: PendingContent = { stored };
    this.#pending.set(key, own);
    await accepted;
    return own;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
