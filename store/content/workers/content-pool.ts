/**
 * The threads that prepare contents, seen from the thread that runs a backup. Small files travel in batches: they are read
 * and hashed where they will be compressed, this side says which are wanted, and what comes back is their stored bytes.
 * Long files are cut the same way, chunk by chunk. What is under way is bounded by the budget that everything takes from
 * before it begins. A few files are worked on by this thread itself; threads are started once there is more to do.
 */
import { SharestrataError } from "../../../core/errors.js";
import { revivedError } from "../../../core/plain-error.js";
import { Limiter, type ByteBudget } from "../limiter.js";
import { Batch, type EncodedBatch, type HeldBlob } from "./batch.js";
import type { ContentSource, FileSource } from "./content-source.js";
import { CutFile, type MadeObject } from "./cut-file.js";
import type { FileReader } from "./file-reader.js";
import type { Answer, BundleParts, BundlePlace, LoneBlob, WorkerSetup } from "./messages.js";
import { InlineLink, ThreadLink, type WorkerLink } from "./worker-link.js";

export interface ContentPoolOptions {
  readonly setup: WorkerSetup;
  /** What is on its way takes from it. */
  readonly budget: ByteBudget;
  /** Threads at most. 0: this one does it all. */
  readonly threads: number;
  /** Threads are started when so many bytes have been brought. */
  readonly threadsAfterBytes: number;
  /** Hears of every batch when it is begun, in the order in which their files were brought. */
  readonly onBatch: (encoded: Promise<EncodedBatch>) => void;
  /** Called once, when a thread has failed; nothing goes on then. */
  readonly onFailure: (error: unknown) => void;
}

/** A batch goes on its way with so many bytes or files; fewer when a worker has nothing else to do. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_FILES = 64;
/** So many batches at a worker: one that it works on, and the next. */
const BATCHES_AT_A_WORKER = 2;
/** A long file counts as so much at most, or its worker would be given nothing else. */
const LOAD_OF_LONG_FILE = 16 * 1024 * 1024;
/** Long files that are cut at a time, for each worker: while one waits to be decided on, the other is read. */
const CUTS_AT_A_WORKER = 2;

interface Waiting {
  readonly resolve: (object: MadeObject) => void;
  readonly reject: (reason: unknown) => void;
}

interface Member {
  readonly link: WorkerLink;
  readonly isThread: boolean;
  /** Batches whose digests are awaited. */
  batches: number;
  /** Orders whose answers are awaited, weighed by what they cost. */
  loadBytes: number;
}

export class ContentPool implements AsyncDisposable {
  readonly #options: ContentPoolOptions;
  readonly #members: Member[] = [];
  /** Readers of this thread, by URL. */
  readonly #readers = new Map<string, FileReader>();
  readonly #batches = new Map<number, { readonly batch: Batch; readonly member: Member }>();
  readonly #cuts = new Map<number, { readonly cut: CutFile; readonly member: Member }>();
  readonly #tasks = new Map<number, Waiting & { readonly member: Member; readonly bytes: number }>();
  /** Batches that are full, or whose turn has come, in order. */
  #ready: Batch[] = [];
  #filling: Batch | undefined;
  #isScheduled = false;
  #broughtBytes = 0;
  #nextNumber = 1;
  readonly #cutting: Limiter;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: ContentPoolOptions) {
    this.#options = options;
    this.#cutting = new Limiter(CUTS_AT_A_WORKER * Math.max(1, options.threads));
    this.#members.push(this.#inline());
  }

  /** How many threads there are. */
  get threads(): number {
    return this.#members.filter(({ isThread }) => isThread).length;
  }

  /**
   * A small file. Resolves when it is read and hashed; whoever gets it decides without waiting for anything else whether
   * it is wanted, because its batch waits for that.
   * @throws what reading it throws
   */
  async take(source: ContentSource, sizeBytes: number): Promise<HeldBlob> {
    const { budget } = this.#options;
    if (!budget.takeNow(sizeBytes)) await budget.acquire(sizeBytes);
    this.#check();
    this.#bring(sizeBytes);
    const batch = this.#batchFor(source);
    const held = batch.add(source, sizeBytes);
    if (batch.bytes >= BATCH_BYTES || batch.files >= BATCH_FILES) this.#close();
    this.#schedule();
    return held;
  }

  /** Sends what is waiting for more on its way. */
  flush(): void {
    this.#close();
    this.#dispatch(Number.POSITIVE_INFINITY);
  }

  /**
   * A long file. With a source of bytes, pieces are pushed into what comes back.
   * @throws what opening it throws
   */
  async cut(source: FileSource | undefined, sizeBytes: number): Promise<CutFile> {
    const leave = await this.#enter();
    try {
      return this.#cut(source, sizeBytes, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Resolves when another long file may begin, with what ends its turn. */
  #enter(): Promise<() => void> {
    return new Promise((enter) => {
      const turn = (): Promise<void> => new Promise((leave) => enter(leave));
      void this.#cutting.run(turn);
    });
  }

  #cut(source: FileSource | undefined, sizeBytes: number, leave: () => void): CutFile {
    this.#check();
    this.#bring(sizeBytes);
    const member = this.#leastLoaded(this.#workers());
    const stream = this.#nextNumber++;
    const ticket = source?.open();
    const load = Math.min(sizeBytes, LOAD_OF_LONG_FILE);
    member.loadBytes += load;
    const cut = new CutFile(stream, {
      post: (order, transfer) => member.link.post(order, transfer),
      object: (bytes) => this.#task(member, bytes),
      ticket,
      onGone: () => {
        leave();
        if (this.#cuts.delete(stream)) member.loadBytes -= load;
      },
    });
    this.#cuts.set(stream, { cut, member });
    if (source) this.#readers.set(source.module.url, source.module.reader);
    const readerUrl = source?.module.url;
    member.link.post({ kind: "cut", stream, readerUrl, request: ticket?.request, sizeBytes });
    return cut;
  }

  /** @param parts its buffers are moved: nobody may look at them afterwards */
  bundle(place: BundlePlace, parts: BundleParts): Promise<MadeObject> {
    this.#check();
    const bytes = parts.buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const member = this.#leastLoaded(this.#workers());
    const { task, made } = this.#task(member, bytes);
    member.link.post({ kind: "bundle", task, place, parts }, member.isThread ? parts.buffers : []);
    return made;
  }

  /** @param blob its bytes are copied */
  blob(blob: LoneBlob): Promise<MadeObject> {
    this.#check();
    const member = this.#leastLoaded(this.#workers());
    const { task, made } = this.#task(member, blob.bytes.length);
    // Cloning a view would clone all of the buffer behind it.
    const bytes = member.isThread ? new Uint8Array(blob.bytes) : blob.bytes;
    member.link.post(
      { kind: "blob", task, blob: { ...blob, bytes } },
      member.isThread ? [bytes.buffer as ArrayBuffer] : [],
    );
    return made;
  }

  /** Everything that is under way fails with `reason`, and whatever comes later. */
  fail(reason: unknown): void {
    this.#fail(reason);
  }

  /** No thread is left when it resolves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail(new SharestrataError("INTERRUPTED", "The backup ended before this content was stored."));
    await Promise.all(this.#members.map(({ link }) => link.close()));
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #bring(bytes: number): void {
    const { threads, threadsAfterBytes } = this.#options;
    const before = this.#broughtBytes;
    this.#broughtBytes += bytes;
    if (threads === 0 || before > threadsAfterBytes || this.#broughtBytes <= threadsAfterBytes) return;
    for (let n = 0; n < threads; n++) this.#members.push(this.#thread());
  }

  #batchFor(source: ContentSource): Batch {
    const url = source.kind === "file" ? source.module.url : undefined;
    if (source.kind === "file") this.#readers.set(source.module.url, source.module.reader);
    if (this.#filling && this.#filling.readerUrl !== url) this.#close();
    if (!this.#filling) {
      this.#filling = new Batch(this.#nextNumber++, url, this.#options.budget);
      this.#options.onBatch(this.#filling.encoded);
    }
    return this.#filling;
  }

  #close(): void {
    if (!this.#filling) return;
    this.#ready.push(this.#filling);
    this.#filling = undefined;
  }

  /** Looks, when all that is ready to run has run, whether a worker is idle. */
  #schedule(): void {
    this.#dispatch(BATCHES_AT_A_WORKER);
    if (this.#isScheduled || !this.#filling) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatchWaiting();
    });
  }

  #dispatchWaiting(): void {
    this.#dispatch(BATCHES_AT_A_WORKER);
    const isIdle = this.#workers().some(({ batches }) => batches === 0);
    if (!isIdle || this.#ready.length > 0) return;
    this.#close();
    this.#dispatch(BATCHES_AT_A_WORKER);
  }

  #dispatch(batchesAtAWorker: number): void {
    while (this.#ready.length > 0 && !this.#failure) {
      const free = this.#workers().filter(({ batches }) => batches < batchesAtAWorker);
      if (free.length === 0) return;
      const member = this.#leastLoaded(free);
      const batch = this.#ready.shift();
      if (!batch) return;
      member.batches++;
      member.loadBytes += batch.bytes;
      this.#batches.set(batch.number, { batch, member });
      batch.send(member.link);
    }
  }

  #workers(): readonly Member[] {
    const threads = this.#members.filter(({ isThread }) => isThread);
    return threads.length > 0 ? threads : this.#members;
  }

  #leastLoaded(members: readonly Member[]): Member {
    const [first, ...others] = members;
    if (!first) throw new SharestrataError("INTERNAL", "A pool without workers.");
    return others.reduce((least, other) => (other.loadBytes < least.loadBytes ? other : least), first);
  }

  #task(member: Member, bytes: number): { readonly task: number; readonly made: Promise<MadeObject> } {
    const task = this.#nextNumber++;
    member.loadBytes += bytes;
    const made = new Promise<MadeObject>((resolve, reject) => {
      this.#tasks.set(task, { resolve, reject, member, bytes });
    });
    return { task, made };
  }

  #inline(): Member {
    const link = new InlineLink(this.#options.setup, this.#events(), (url) => {
      const reader = this.#readers.get(url);
      if (!reader) throw new SharestrataError("INTERNAL", `No reader ${url}.`);
      return reader;
    });
    return { link, isThread: false, batches: 0, loadBytes: 0 };
  }

  #thread(): Member {
    const link = new ThreadLink(this.#options.setup, this.#events());
    return { link, isThread: true, batches: 0, loadBytes: 0 };
  }

  #events() {
    return {
      onAnswer: (answer: Answer) => this.#answer(answer),
      onDeath: (error: unknown) => this.#fail(error),
    };
  }

  #answer(answer: Answer): void {
    switch (answer.kind) {
      case "digests": {
        const found = this.#batches.get(answer.batch);
        if (!found) return;
        found.member.batches--;
        found.batch.digested(answer);
        this.#dispatchWaiting();
        return;
      }
      case "encoded": {
        const found = this.#batches.get(answer.batch);
        if (!found) return;
        this.#batches.delete(answer.batch);
        found.member.loadBytes -= found.batch.bytes;
        found.batch.finish(answer);
        return;
      }
      case "object": {
        const task = this.#tasks.get(answer.task);
        if (!task) return;
        this.#tasks.delete(answer.task);
        task.member.loadBytes -= task.bytes;
        task.resolve(answer);
        return;
      }
      case "failed":
        this.#fail(revivedError(answer.error));
        return;
      default:
        this.#cuts.get(answer.stream)?.cut.answer(answer);
    }
  }

  #fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = { error };
    const batches = [...this.#batches.values()].map(({ batch }) => batch);
    for (const batch of [...batches, ...this.#ready, ...(this.#filling ? [this.#filling] : [])]) batch.fail(error);
    for (const { cut } of this.#cuts.values()) cut.fail(error);
    for (const { reject } of this.#tasks.values()) reject(error);
    this.#batches.clear();
    this.#cuts.clear();
    this.#tasks.clear();
    this.#ready = [];
    this.#filling = undefined;
    // Nothing that they do is wanted any more, and a thread would keep the process alive.
    for (const { link } of this.#members) void link.close();
    this.#options.onFailure(error);
  }
}
