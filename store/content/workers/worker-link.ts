/** Where content work is done: in a thread of its own, or on this one, behind one interface. */
import { Worker } from "node:worker_threads";
import { messageOf, SharestrataError } from "../../../core/errors.js";
import { threadEntry } from "../../thread-entry.js";
import { ZstdCodec } from "../zstd-codec.js";
import { ContentWork } from "./content-work.js";
import type { FileReader } from "./file-reader.js";
import type { Answer, Order, ThreadSetup, WorkerSetup } from "./messages.js";

export interface WorkerLink {
  /** @param transfer is moved, not copied, where there is another thread */
  post(order: Order, transfer?: readonly ArrayBuffer[]): void;
  /** Ends it, behind the order that it is carrying out; what waits is not carried out. */
  close(): Promise<void>;
}

export interface LinkEvents {
  readonly onAnswer: (answer: Answer) => void;
  /** It is gone without having been closed. */
  readonly onDeath: (error: SharestrataError) => void;
}

const ENTRY = new URL("./content-worker.js", import.meta.url);

/** What compressing leaves behind is short-lived: with more room for the young, it is collected a third as often. */
const LIMITS = { maxYoungGenerationSizeMb: 64 };

/**
 * A thread of its own. It keeps the process alive until it is closed. It is asked to end and never terminated: an addon that
 * is compressing just then finds that it may make no more objects, and ends the process (N-API's "napi_throw" abort).
 */
export class ThreadLink implements WorkerLink {
  readonly #worker: Worker;
  readonly #ending = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #ended: Promise<void>;
  #isClosed = false;

  constructor(setup: WorkerSetup, { onAnswer, onDeath }: LinkEvents) {
    const workerData: ThreadSetup = { ...setup, ending: this.#ending };
    this.#worker = new Worker(threadEntry(ENTRY), {
      workerData,
      execArgv: [],
      name: "content",
      resourceLimits: LIMITS,
    });
    this.#ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    const die = (reason: string, cause?: unknown): void => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      onDeath(new SharestrataError("INTERNAL", `A thread that prepares contents has ended: ${reason}.`, {}, cause));
    };
    this.#worker.on("message", onAnswer);
    this.#worker.on("error", (error) => die(messageOf(error), error));
    this.#worker.on("messageerror", (error) => die(messageOf(error), error));
    this.#worker.on("exit", (status) => die(`status ${status}`));
  }

  post(order: Order, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.#isClosed) this.#worker.postMessage(order, transfer);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    Atomics.store(this.#ending, 0, 1);
    // Behind all orders, for the case that none waits.
    this.#worker.postMessage(undefined);
    await this.#ended;
  }
}

/** This thread: for a few files a thread of their own would cost more than it gives. */
export class InlineLink implements WorkerLink {
  readonly #work: ContentWork;
  #isClosed = false;

  /** @param reader finds the readers of this thread */
  constructor(setup: WorkerSetup, { onAnswer }: LinkEvents, reader: (url: string) => FileReader) {
    const codec = new ZstdCodec(setup.settings.compressionLevel);
    this.#work = new ContentWork(setup, codec, reader, (answer) => {
      if (!this.#isClosed) onAnswer(answer);
    });
  }

  post(order: Order): void {
    setImmediate(() => {
      if (!this.#isClosed) void this.#work.handle(order);
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }
}
