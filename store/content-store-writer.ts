/**
 * Content on its way into the store. Small blobs gather, in the order they come, in an open bundle that is closed
 * when it is large enough; chunks become objects of their own at once. Hashing, compressing and making objects is the
 * pool's (content/workers/); storing happens behind the caller's back, bounded in number and bytes. An object is new or
 * the writer fails: what lies in the store under a name is never replaced. A content counts as stored only after its
 * object is durable, so whatever a crash interrupts, no record ever names an object that is not there.
 */
import { availableParallelism } from "node:os";
import { SharestrataError } from "../core/errors.js";
import type { BundleId, ContentId } from "../core/ids.js";
import type { ContentPart, ContentRecord, ForeignContent, StoredBundle } from "../core/node.js";
import type { ContentWriter, PendingContent, StoredContents } from "./content-writer.js";
import { listHash } from "./content/list-hash.js";
import { ByteBudget, Limiter } from "./content/limiter.js";
import { OpenBundle } from "./content/open-bundle.js";
import { PendingBlob } from "./content/pending-blob.js";
import type { EncodedBatch, HeldBlob } from "./content/workers/batch.js";
import { ContentPool } from "./content/workers/content-pool.js";
import type { ContentSource, FileSource } from "./content/workers/content-source.js";
import type { CutFile, HeldChunk, MadeObject } from "./content/workers/cut-file.js";
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
  readonly workers?: WorkerLimits | undefined;
}

export interface WorkerLimits {
  /** Threads at most. 0: none but the caller's. Default: as many as there are cores. */
  readonly threads?: number | undefined;
  /** They are started when so many bytes were brought: few files are done before a thread has begun. Default: 4 MiB. */
  readonly afterBytes?: number | undefined;
}

const MIB = 1024 * 1024;
const TARGET_BYTES = 16 * MIB;
const CONCURRENCY = 4;
/** A bundle of one or two blobs saves no operation that matters, and costs an index. */
const FEWEST_IN_BUNDLE = 3;
const THREADS_AFTER_BYTES = 4 * MIB;

export class ContentStoreWriter implements ContentWriter {
  readonly #store: ShareStore;
  readonly #targetBytes: number;
  readonly #limiter: Limiter;
  readonly #budget: ByteBudget;
  readonly #pool: ContentPool;
  readonly #abort = new AbortController();
  readonly #stopListening: () => void;

  #nextContentId: number;
  #nextBundleId: number;
  #open = new OpenBundle();
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
    this.#nextContentId = options.nextContentId;
    this.#nextBundleId = options.nextBundleId;
    this.#targetBytes = options.targetBytes ?? TARGET_BYTES;
    this.#limiter = new Limiter(options.concurrency ?? CONCURRENCY);
    this.#budget = new ByteBudget(2 * this.#targetBytes + 2 * store.settings.chunkMaxBytes);
    this.#pool = new ContentPool({
      setup: { settings: store.settings, key: store.sealing.reveal() },
      budget: this.#budget,
      threads: options.workers?.threads ?? availableParallelism(),
      threadsAfterBytes: options.workers?.afterBytes ?? THREADS_AFTER_BYTES,
      onBatch: (encoded) => this.#joinInOrder(encoded),
      onFailure: (error) => this.#fail(error),
    });
    const stop = () => this.#fail(signal?.reason);
    this.#stopListening = () => signal?.removeEventListener("abort", stop);
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) stop();
  }

  get storedBytes(): number {
    return this.#storedBytes;
  }

  take(source: ContentSource, sizeBytes: number): Promise<HeldBlob> {
    // A failure of the writer is one of the pool as well.
    return this.#pool.take(source, sizeBytes);
  }

  addHeld(blob: HeldBlob): PendingContent {
    this.#check();
    const pending = this.#newPending();
    blob.keep(pending);
    return pending;
  }

  async addSmall(bytes: Uint8Array, sha256: Uint8Array): Promise<PendingContent> {
    expectSha256(sha256);
    return this.addHeld(await this.take({ kind: "bytes", bytes: new Uint8Array(bytes) }, bytes.length));
  }

  async cut(source: FileSource | undefined, sizeBytes: number): Promise<CutFile> {
    this.#check();
    return this.#pool.cut(source, sizeBytes);
  }

  async addHeldChunk(chunk: HeldChunk): Promise<PendingContent> {
    this.#check();
    const { sizeBytes, sha256 } = chunk;
    // Only from now on: what nobody has asked for yet must not keep others from being stored.
    this.#budget.take(sizeBytes);
    const make = (name: string, contentId: ContentId): Promise<MadeObject> => chunk.keep(name, contentId);
    return this.#admitted(this.#addLone(sizeBytes, sha256, make));
  }

  async addChunk(bytes: Uint8Array, sha256: Uint8Array): Promise<PendingContent> {
    this.#check();
    expectSha256(sha256);
    this.#budget.take(bytes.length);
    const blob = { sha256, plainBytes: bytes.length, bytes, codec: undefined };
    const make = (name: string, contentId: ContentId): Promise<MadeObject> =>
      this.#pool.blob({ ...blob, name, contentId });
    return this.#admitted(this.#addLone(bytes.length, sha256, make));
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
    this.#pool.flush();
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
    await this.#pool[Symbol.asyncDispose]();
    await this.#joined;
    await this.#settled();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.reason;
  }

  #newPending(): PendingBlob {
    const pending = new PendingBlob();
    this.#pending.add(pending);
    return pending;
  }

  async #admitted(pending: PendingBlob): Promise<PendingContent> {
    await this.#budget.room();
    this.#check();
    return pending;
  }

  /** Batches come back in any order; their blobs join the open bundle in that in which they were begun. */
  #joinInOrder(encoded: Promise<EncodedBatch>): void {
    this.#joined = this.#joined.then(async () => {
      try {
        this.#join(await encoded);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** A bundle is closed between batches only, so that a batch's buffer can be moved to whoever makes the bundle. */
  #join(batch: EncodedBatch): void {
    if (this.#failure) return;
    this.#open.add(batch);
    for (const { plainBytes } of batch.members) this.#budget.give(plainBytes);
    if (this.#open.sizeBytes >= this.#targetBytes) this.#close();
  }

  /** Ids are taken here, so that those of a bundle are consecutive. */
  #close(): void {
    const open = this.#open;
    this.#open = new OpenBundle();
    const firstContentId = this.#nextContentId as ContentId;
    this.#nextContentId += open.count;
    if (open.count >= FEWEST_IN_BUNDLE) {
      const bundleId = this.#nextBundleId++ as BundleId;
      this.#budget.take(open.sizeBytes);
      this.#start(open.sizeBytes, () => this.#storeBundle(bundleId, firstContentId, open));
      return;
    }
    for (const [i, { pending, ...blob }] of open.blobs().entries()) {
      const contentId = (firstContentId + i) as ContentId;
      this.#budget.take(blob.bytes.length);
      this.#start(blob.bytes.length, async () => {
        const name = this.#store.names.blob(contentId);
        const made = await this.#pool.blob({ ...blob, name, contentId });
        await this.#storeBlob({ contentId, name, sizeBytes: blob.plainBytes, sha256: blob.sha256, pending }, made);
      });
    }
  }

  async #storeBundle(bundleId: BundleId, firstContentId: ContentId, open: OpenBundle): Promise<void> {
    const name = this.#store.names.bundle(bundleId);
    const { members } = open;
    const { bytes, sha256 } = await this.#pool.bundle({ name, bundleId, firstContentId }, open.parts());
    await this.#put(name, bytes);
    this.#bundles.push({ bundleId, firstContentId, count: members.length, sizeBytes: bytes.length, sha256 });
    for (const [i, { plainBytes, sha256: plainSha256, pending }] of members.entries()) {
      const contentId = (firstContentId + i) as ContentId;
      this.#contents.push({ kind: "bundled", contentId, sizeBytes: plainBytes, sha256: plainSha256, bundleId });
      this.#stored(pending, contentId);
    }
  }

  /** @param sizeBytes has been taken from the budget */
  #addLone(
    sizeBytes: number,
    sha256: Uint8Array,
    make: (name: string, contentId: ContentId) => Promise<MadeObject>,
  ): PendingBlob {
    const pending = this.#newPending();
    const contentId = this.#nextContentId++ as ContentId;
    const name = this.#store.names.blob(contentId);
    // Made at once, because what it is made from waits in memory; it is stored when its turn comes.
    const making = make(name, contentId);
    making.catch(() => undefined);
    this.#start(sizeBytes, async () => this.#storeBlob({ contentId, name, sizeBytes, sha256, pending }, await making));
    return pending;
  }

  async #storeBlob(blob: LoneContent, { bytes }: MadeObject): Promise<void> {
    const { contentId, name, sizeBytes, sha256, pending } = blob;
    await this.#put(name, bytes);
    this.#contents.push({ kind: "blob", contentId, sizeBytes, sha256 });
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

  /** Runs a task behind the caller's back. @param bytes taken from the budget, and given back when it is done */
  #start(bytes: number, work: () => Promise<void>): void {
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
    this.#open = new OpenBundle();
    this.#abort.abort(reason);
    this.#budget.end();
    this.#pool.fail(reason);
    for (const pending of this.#pending) pending.reject(reason);
    this.#pending.clear();
  }
}

interface LoneContent {
  readonly contentId: ContentId;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: Uint8Array;
  readonly pending: PendingBlob;
}

function expectSha256(sha256: Uint8Array): void {
  if (sha256.length === SHA256_BYTES) return;
  throw new SharestrataError("INTERNAL", `A SHA-256 of ${sha256.length} bytes is none.`);
}
