/**
 * Content that is stored already is not stored again: not what an earlier segment holds (the dedup index), and not
 * what this run has handed to the writer but not seen in a segment yet (`#pending`).
 */
import type { DedupIndex } from "../../catalog/dedup-index.js";
import type { ContentId } from "../../core/ids.js";
import type { ContentPart, ContentRecord } from "../../core/node.js";
import { listHash } from "../../store/content/list-hash.js";
import type { ContentWriter, PendingContent, StoredContents } from "../../store/content-writer.js";
import type { HeldBlob } from "../../store/content/workers/batch.js";
import type { HeldChunk } from "../../store/content/workers/cut-file.js";
import type { IsCondemned } from "./condemned.js";
import { NO_SIBLINGS, type SiblingContents } from "./sibling-contents.js";

export class Deduper {
  readonly #index: DedupIndex;
  readonly #writer: ContentWriter;
  readonly #isLost: IsCondemned;
  readonly #siblings: Pick<SiblingContents, "find">;
  /** Blobs by their digest. */
  readonly #pending = new Map<string, PendingContent>();
  /** Lists by their digest; of digests, so never in one map with blobs. */
  readonly #pendingLists = new Map<string, ContentId>();

  /**
   * @param isLost whether a content that the index knows has to be stored again
   * @param siblings where a blob is looked for that this share has not got
   */
  constructor(
    index: DedupIndex,
    writer: ContentWriter,
    isLost: IsCondemned = () => false,
    siblings: Pick<SiblingContents, "find"> = NO_SIBLINGS,
  ) {
    this.#isLost = isLost;
    this.#siblings = siblings;
    this.#index = index;
    this.#writer = writer;
  }

  /** Reading and hashing files, as `ContentWriter` does. */
  get writer(): Pick<ContentWriter, "take" | "cut"> {
    return this.#writer;
  }

  /** As `ContentWriter.addHeld`, once for equal bytes; what is known is released. */
  addHeld(blob: HeldBlob): PendingContent {
    const known = this.#known(blob.sizeBytes, blob.sha256);
    if (known) {
      blob.release();
      return known;
    }
    const pending = this.#writer.addHeld(blob);
    this.#pending.set(keyOf(blob.sha256), pending);
    return pending;
  }

  /** As `ContentWriter.addHeldChunk`, once for equal bytes; what is known is released. */
  async addHeldChunk(chunk: HeldChunk): Promise<PendingContent> {
    const known = this.#known(chunk.sizeBytes, chunk.sha256);
    if (known) chunk.release();
    return known ?? this.#store(chunk.sha256, () => this.#writer.addHeldChunk(chunk));
  }

  /** As `ContentWriter.addSmall`, once for equal bytes. */
  addSmall(bytes: Uint8Array, sha256: Uint8Array): Promise<PendingContent> {
    return this.#add(bytes.length, sha256, () => this.#writer.addSmall(bytes, sha256));
  }

  /** As `ContentWriter.addChunk`, once for equal bytes. */
  addChunk(bytes: Uint8Array, sha256: Uint8Array): Promise<PendingContent> {
    return this.#add(bytes.length, sha256, () => this.#writer.addChunk(bytes, sha256));
  }

  /** As `ContentWriter.addList`, once for equal lists. */
  addList(parts: readonly ContentPart[], partSha256s: Uint8Array): ContentId {
    const sha256 = listHash(partSha256s);
    const key = keyOf(sha256);
    const known = this.#storedList(sha256) ?? this.#pendingLists.get(key);
    if (known !== undefined) return known;
    const own = this.#writer.addList(parts, partSha256s);
    this.#pendingLists.set(key, own);
    return own;
  }

  /** Bytes of objects stored so far. */
  get storedBytes(): number {
    return this.#writer.storedBytes;
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
    for (const { kind, sha256 } of contents) {
      if (kind === "list") this.#pendingLists.delete(keyOf(sha256));
      else this.#pending.delete(keyOf(sha256));
    }
  }

  #storedList(sha256: Uint8Array): ContentId | undefined {
    const known = this.#index.get("list", sha256);
    return known !== undefined && this.#isLost(known, true) ? undefined : known;
  }

  async #add(sizeBytes: number, sha256: Uint8Array, store: () => Promise<PendingContent>): Promise<PendingContent> {
    return this.#known(sizeBytes, sha256) ?? this.#store(sha256, store);
  }

  /** What need not be stored: what this share has, or what another one has. */
  #known(sizeBytes: number, sha256: Uint8Array): PendingContent | undefined {
    const known = this.#index.get("blob", sha256);
    if (known !== undefined && !this.#isLost(known)) return { stored: Promise.resolve(known) };
    const key = keyOf(sha256);
    const pending = this.#pending.get(key);
    if (pending) return pending;
    // What is lost here may have been lost with another share: it is stored again, by this one.
    const owner = known === undefined ? this.#siblings.find(sha256) : undefined;
    if (!owner) return undefined;
    const foreign = { stored: Promise.resolve(this.#writer.addForeign(owner, sizeBytes, sha256)) };
    this.#pending.set(key, foreign);
    return foreign;
  }

  async #store(sha256: Uint8Array, store: () => Promise<PendingContent>): Promise<PendingContent> {
    // Registered before the first wait, or two equal files read side by side would both be stored.
    const accepted = store();
    const stored = accepted.then((content) => content.stored);
    // Whoever waits for the content sees the failure; without a waiter it must not end the process.
    stored.catch(() => {});
    const own: PendingContent = { stored };
    this.#pending.set(keyOf(sha256), own);
    await accepted;
    return own;
  }
}

/** A digest as a key of a map: a character a byte, half as long as in hexadecimal. */
function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
