/**
 * Content on its way into the store. Small blobs gather, in the order they come, in an open bundle that is closed
 * when it is large enough; chunks become objects of their own at once. Compression and storing happen behind the
 * caller's back, bounded in number and bytes. An object is new or the writer fails: what lies in the store under a
 * name is never replaced. A content counts as stored only after its object is durable, so whatever a crash
 * interrupts, no record ever names an object that is not there.
 */
import { createHash } from "node:crypto";
import { SharestrataError } from "../core/errors.js";
import type { BundleId, ContentId } from "../core/ids.js";
import type { ContentPart, ContentRecord, ForeignContent, StoredBundle } from "../core/node.js";
import { bundledSizeBytes, buildBundle, type BundledBlob } from "./bundles/bundle-builder.js";
import type { ContentWriter, PendingContent, StoredContents } from "./content-writer.js";
import { encodeBlobObject } from "./content/blob-object.js";
import type { BlobCodec } from "./content/codec.js";
import { listHash } from "./content/list-hash.js";
import { ByteBudget, Limiter } from "./content/limiter.js";
import { PendingBlob } from "./content/pending-blob.js";
import { ZstdCodec } from "./content/zstd-codec.js";
import { SHA256_BYTES } from "./fields.js";
import { putNew } from "./put-new.js";
import type { ShareStore } from "./share-store.js";

export interface ContentStoreWriterOptions {
  readonly store: ShareStore;
  /** The first content id to hand out: none at or above it is in use, in the catalog or in the store. */
  readonly nextContentId: ContentId;
  readonly nextBundleId: BundleId;
  /** Ends the writer with its reason, as a failure would. */
  readonly signal?: AbortSignal | undefined;
  /** Objects being stored at the same time. Default: 4. */
  readonly concurrency?: number | undefined;
  /** A bundle is closed when it has this size. Default: 16 MiB. */
  readonly targetBytes?: number | undefined;
}

const MIB = 1024 * 1024;
const TARGET_BYTES = 16 * MIB;
const CONCURRENCY = 4;
/** A bundle of one or two blobs saves no operation that matters, and costs an index. */
const FEWEST_IN_BUNDLE = 3;

interface OpenBlob extends BundledBlob {
  readonly pending: PendingBlob;
}

export class ContentStoreWriter implements ContentWriter {
  readonly #store: ShareStore;
  readonly #codec: BlobCodec;
  readonly #targetBytes: number;
  readonly #limiter: Limiter;
  readonly #budget: ByteBudget;
  readonly #abort = new AbortController();
  readonly #stopListening: () => void;

  #nextContentId: number;
  #nextBundleId: number;
  #open: OpenBlob[] = [];
  #openBytes = 0;
  /** Ends when every small blob taken so far has joined the open bundle, in order. */
  #joined: Promise<void> = Promise.resolve();
  readonly #tasks = new Set<Promise<void>>();
  readonly #pending = new Set<PendingBlob>();
  #failure: { readonly reason: unknown } | undefined;

  #bundles: StoredBundle[] = [];
  #contents: ContentRecord[] = [];
  #storedBytes = 0;

  constructor(options: ContentStoreWriterOptions) {
    const { store, signal } = options;
    this.#store = store;
    this.#codec = new ZstdCodec(store.settings.compressionLevel);
    this.#nextContentId = options.nextContentId;
    this.#nextBundleId = options.nextBundleId;
    this.#targetBytes = options.targetBytes ?? TARGET_BYTES;
    this.#limiter = new Limiter(options.concurrency ?? CONCURRENCY);
    this.#budget = new ByteBudget(2 * this.#targetBytes + 2 * store.settings.chunkMaxBytes);
    const stop = () => this.#fail(signal?.reason);
    this.#stopListening = () => signal?.removeEventListener("abort", stop);
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) stop();
  }

  get storedBytes(): number {
    return this.#storedBytes;
  }

  async addSmall(bytes: Uint8Array, sha256: Uint8Array): Promise<PendingContent> {
    const pending = this.#take(bytes, sha256);
    const encoding = this.#codec.encode(bytes);
    this.#joined = this.#joined.then(async () => {
      try {
        this.#join({ encoded: await encoding, plainBytes: bytes.length, sha256, pending });
      } catch (error) {
        this.#fail(error);
      } finally {
        this.#budget.give(bytes.length);
      }
    });
    // Whatever becomes of the ones before it, this one is waited for above.
    encoding.catch(() => undefined);
    return this.#admitted(pending);
  }

  async addChunk(bytes: Uint8Array, sha256: Uint8Array): Promise<PendingContent> {
    const pending = this.#take(bytes, sha256);
    const contentId = this.#nextContentId++ as ContentId;
    this.#start(bytes.length, async () => {
      const encoded = await this.#codec.encode(bytes);
      await this.#storeBlob(contentId, { encoded, plainBytes: bytes.length, sha256, pending });
    });
    this.#budget.give(bytes.length);
    return this.#admitted(pending);
  }

  addList(parts: readonly ContentPart[], partSha256s: Uint8Array): ContentId {
    this.#check();
    const contentId = this.#nextContentId++ as ContentId;
    const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
    const sha256 = listHash(partSha256s);
    this.#contents.push({ kind: "list", contentId, sizeBytes, sha256, parts: [...parts], partSha256s });
    return contentId;
  }

  addForeign(owner: ForeignContent, sizeBytes: number, sha256: Uint8Array): ContentId {
    this.#check();
    const contentId = this.#nextContentId++ as ContentId;
    this.#contents.push({ kind: "foreign", contentId, sizeBytes, sha256, owner });
    return contentId;
  }

  async flush(): Promise<void> {
    this.#check();
    await this.#joined;
    this.#close();
    await this.#settled();
    this.#check();
  }

  takeStored(): StoredContents {
    // They became durable in any order; in that of their ids they make shorter range indexes.
    const stored = {
      bundles: this.#bundles.sort((a, b) => a.bundleId - b.bundleId),
      contents: this.#contents.sort((a, b) => a.contentId - b.contentId),
    };
    this.#bundles = [];
    this.#contents = [];
    return stored;
  }

  /** Abandons what is not stored yet and waits until nothing of the writer is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail(new SharestrataError("INTERRUPTED", "The backup ended before this content was stored."));
    await this.#joined;
    await this.#settled();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.reason;
  }

  #take(bytes: Uint8Array, sha256: Uint8Array): PendingBlob {
    this.#check();
    if (sha256.length !== SHA256_BYTES) {
      throw new SharestrataError("INTERNAL", `A SHA-256 of ${sha256.length} bytes is none.`);
    }
    this.#budget.take(bytes.length);
    const pending = new PendingBlob();
    this.#pending.add(pending);
    return pending;
  }

  async #admitted(pending: PendingBlob): Promise<PendingContent> {
    await this.#budget.room();
    this.#check();
    return pending;
  }

  #join(blob: OpenBlob): void {
    if (this.#failure) return;
    this.#open.push(blob);
    this.#openBytes += bundledSizeBytes(blob.encoded.bytes.length);
    if (this.#openBytes >= this.#targetBytes) this.#close();
  }

  /** Ids are taken here, so that those of a bundle are consecutive. */
  #close(): void {
    const blobs = this.#open;
    const bytes = this.#openBytes;
    this.#open = [];
    this.#openBytes = 0;
    const firstContentId = this.#nextContentId as ContentId;
    this.#nextContentId += blobs.length;
    if (blobs.length >= FEWEST_IN_BUNDLE) {
      const bundleId = this.#nextBundleId++ as BundleId;
      this.#start(bytes, () => this.#storeBundle(bundleId, firstContentId, blobs));
      return;
    }
    for (const [i, blob] of blobs.entries()) {
      const contentId = (firstContentId + i) as ContentId;
      this.#start(blob.encoded.bytes.length, () => this.#storeBlob(contentId, blob));
    }
  }

  async #storeBundle(bundleId: BundleId, firstContentId: ContentId, blobs: readonly OpenBlob[]): Promise<void> {
    const name = this.#store.names.bundle(bundleId);
    const object = await buildBundle(name, bundleId, firstContentId, blobs, this.#store.sealing.reveal());
    const sha256 = createHash("sha256").update(object).digest();
    await this.#put(name, object);
    this.#bundles.push({ bundleId, firstContentId, count: blobs.length, sizeBytes: object.length, sha256 });
    for (const [i, { plainBytes, sha256: plainSha256, pending }] of blobs.entries()) {
      const contentId = (firstContentId + i) as ContentId;
      this.#contents.push({ kind: "bundled", contentId, sizeBytes: plainBytes, sha256: plainSha256, bundleId });
      this.#stored(pending, contentId);
    }
  }

  async #storeBlob(contentId: ContentId, { encoded, plainBytes, sha256, pending }: OpenBlob): Promise<void> {
    const name = this.#store.names.blob(contentId);
    const key = this.#store.sealing.reveal();
    await this.#put(name, encodeBlobObject(name, contentId, encoded, plainBytes, sha256, key));
    this.#contents.push({ kind: "blob", contentId, sizeBytes: plainBytes, sha256 });
    this.#stored(pending, contentId);
  }

  async #put(name: string, object: Uint8Array): Promise<void> {
    await putNew(this.#store.objects, name, object, { signal: this.#abort.signal });
    this.#storedBytes += object.length;
  }

  #stored(pending: PendingBlob, contentId: ContentId): void {
    this.#pending.delete(pending);
    pending.resolve(contentId);
  }

  /** Runs a task behind the caller's back. @param bytes it holds in memory until it is done */
  #start(bytes: number, work: () => Promise<void>): void {
    this.#budget.take(bytes);
    const task = this.#limiter
      .run(async () => {
        if (!this.#failure) await work();
      })
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#tasks.delete(task);
        this.#budget.give(bytes);
      });
    this.#tasks.add(task);
  }

  async #settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }

  /** The first failure is the one that everybody is told. */
  #fail(reason: unknown): void {
    if (this.#failure) return;
    this.#failure = { reason };
    this.#stopListening();
    this.#open = [];
    this.#openBytes = 0;
    this.#abort.abort(reason);
    this.#budget.end();
    for (const pending of this.#pending) pending.reject(reason);
    this.#pending.clear();
  }
}
