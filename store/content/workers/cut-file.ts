/** A long file that a worker cuts, seen from this side: its chunks as they come, and what is to become of each. */
import type { ContentId } from "../../../core/ids.js";
import { revivedError } from "../../../core/plain-error.js";
import { ownBuffer } from "./buffers.js";
import type { FileTicket } from "./file-reader.js";
import type { Answer, Order } from "./messages.js";

/** An object that is ready to be stored. */
export interface MadeObject {
  readonly bytes: Uint8Array;
  /** 32 bytes, of the whole object. */
  readonly sha256: Uint8Array;
}

/** A chunk that lies in its worker, which cuts no further while too much of the file does. */
export interface HeldChunk {
  readonly sizeBytes: number;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  /** Either this or `release` is called, once. */
  keep(name: string, contentId: ContentId): Promise<MadeObject>;
  release(): void;
}

export interface CutFileParts {
  readonly post: (order: Order, transfer?: readonly ArrayBuffer[]) => void;
  /** Awaits an object. */
  readonly object: (bytes: number) => { readonly task: number; readonly made: Promise<MadeObject> };
  readonly ticket: FileTicket | undefined;
  /** Called once, when nothing more will come. */
  readonly onGone: () => void;
}

/** Pieces that a worker has not taken yet, at most. */
const PIECES_BYTES = 4 * 1024 * 1024;

export class CutFile implements Disposable {
  readonly #stream: number;
  readonly #parts: CutFileParts;
  #arrived: HeldChunk[] = [];
  #xorhash: bigint | undefined;
  #failure: { readonly error: unknown } | undefined;
  #pushedBytes = 0;
  #readBytes = 0;
  #isOpen = true;
  #wake: (() => void) | undefined;

  constructor(stream: number, parts: CutFileParts) {
    this.#stream = stream;
    this.#parts = parts;
  }

  /** Of everything; asked for when `next` has come to the end. */
  get xorhash(): bigint {
    return this.#xorhash ?? 0n;
  }

  /** Bytes that the worker has taken so far. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** The next piece of a file that is read here. Resolves when there is room for more. @param piece is given away */
  async push(piece: Uint8Array): Promise<void> {
    const bytes = ownBuffer(piece);
    this.#pushedBytes += bytes.length;
    this.#parts.post({ kind: "piece", stream: this.#stream, bytes }, [bytes.buffer]);
    while (this.#pushedBytes - this.#readBytes > PIECES_BYTES && !this.#failure) await this.#change();
    this.#throwFailure();
  }

  /** There are no more pieces. */
  end(): void {
    this.#parts.post({ kind: "piece", stream: this.#stream, bytes: undefined });
  }

  /** The chunks that have come and were not given yet, in order. */
  arrived(): readonly HeldChunk[] {
    this.#throwFailure();
    const arrived = this.#arrived;
    this.#arrived = [];
    return arrived;
  }

  /** The next chunks, at least one, in order; none when that was all. @throws what reading the file throws */
  async next(): Promise<readonly HeldChunk[]> {
    while (this.#arrived.length === 0 && this.#xorhash === undefined && !this.#failure) await this.#change();
    return this.arrived();
  }

  answer(answer: Answer): void {
    if (answer.kind === "opened") this.#close();
    else if (answer.kind === "progress") this.#readBytes += answer.bytes;
    else if (answer.kind === "chunk") this.#arrived.push(this.#chunk(answer));
    else if (answer.kind === "cutEnd") {
      this.#xorhash = answer.xorhash;
      this.#gone();
    } else if (answer.kind === "cutFailed") this.fail(revivedError(answer.error));
    this.#goOn();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#gone();
    this.#goOn();
  }

  /** Ends it, at whatever point. */
  [Symbol.dispose](): void {
    for (const chunk of this.#arrived) chunk.release();
    this.#arrived = [];
    if (this.#xorhash === undefined && !this.#failure) {
      this.#parts.post({ kind: "cancel", stream: this.#stream });
      this.fail(new Error("The file was given up."));
    }
  }

  #chunk({ chunk, sizeBytes, sha256 }: Answer & { readonly kind: "chunk" }): HeldChunk {
    const { post, object } = this.#parts;
    const stream = this.#stream;
    return {
      sizeBytes,
      sha256,
      keep: (name, contentId) => {
        const { task, made } = object(sizeBytes);
        post({ kind: "keep", stream, chunk, task, name, contentId });
        return made;
      },
      release: () => post({ kind: "drop", stream, chunk }),
    };
  }

  #gone(): void {
    this.#close();
    this.#parts.onGone();
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#parts.ticket?.[Symbol.dispose]();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #goOn(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
