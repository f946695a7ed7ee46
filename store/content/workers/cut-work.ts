/**
 * A long file being cut: its chunks lie here until they are asked for or given up, and no more is read while as many bytes
 * wait as the largest chunk may have.
 */
import { hash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { plainError } from "../../../core/plain-error.js";
import { FastCdc } from "../fastcdc.js";
import { Xorhasher } from "../xorhash.js";
import type { ShareSettings } from "../../shares/share-settings.js";
import type { FileReader } from "./file-reader.js";
import type { Answer, Post } from "./messages.js";

const PIECE_BYTES = 1024 * 1024;

export interface HeldChunk {
  readonly bytes: Uint8Array;
  readonly sha256: Uint8Array;
}

export class CutWork {
  readonly #stream: number;
  readonly #window: number;
  readonly #post: Post<Answer>;
  readonly #onGone: () => void;
  readonly #chunker: FastCdc;
  readonly #hasher = new Xorhasher();
  readonly #held = new Map<number, HeldChunk>();
  #heldBytes = 0;
  #nextChunk = 0;
  #isOver = false;
  #isCancelled = false;
  #wake: (() => void) | undefined;

  constructor(stream: number, settings: ShareSettings, post: Post<Answer>, onGone: () => void) {
    this.#stream = stream;
    this.#window = settings.chunkMaxBytes;
    this.#post = post;
    this.#onGone = onGone;
    this.#chunker = new FastCdc(settings);
  }

  /** Reads and cuts it all; what goes wrong is answered. */
  async readFile(reader: FileReader, request: unknown, sizeBytes: number): Promise<void> {
    try {
      const file = reader.open(request);
      try {
        this.#post({ kind: "opened", stream: this.#stream }, []);
        for (let left = sizeBytes; left > 0 && !this.#isCancelled;) {
          const piece = new Uint8Array(Math.min(left, PIECE_BYTES));
          const count = file.read(piece, 0, piece.length);
          if (count === 0) break;
          left -= count;
          this.#cut(piece.subarray(0, count));
          await this.#room();
        }
        file.verify();
      } finally {
        file.close();
      }
      this.#end();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The next piece of a file that somebody else reads; undefined at its end. */
  piece(bytes: Uint8Array | undefined): void {
    if (this.#isCancelled) return;
    if (bytes === undefined) this.#end();
    else this.#cut(bytes);
  }

  /** Takes a chunk out. */
  take(chunk: number): HeldChunk | undefined {
    const found = this.#held.get(chunk);
    if (found === undefined) return undefined;
    this.#held.delete(chunk);
    this.#heldBytes -= found.bytes.length;
    this.#goOn();
    this.#leaveWhenDone();
    return found;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#isOver = true;
    this.#held.clear();
    this.#heldBytes = 0;
    this.#goOn();
    this.#onGone();
  }

  #cut(piece: Uint8Array): void {
    this.#hasher.update(piece);
    this.#post({ kind: "progress", stream: this.#stream, bytes: piece.length }, []);
    for (const chunk of this.#chunker.push(piece)) this.#offer(chunk);
  }

  #offer(bytes: Uint8Array): void {
    const sha256 = hash("sha256", bytes, "buffer");
    const chunk = this.#nextChunk++;
    this.#held.set(chunk, { bytes, sha256 });
    this.#heldBytes += bytes.length;
    const digest = new Uint8Array(sha256);
    this.#post({ kind: "chunk", stream: this.#stream, chunk, sizeBytes: bytes.length, sha256: digest }, []);
  }

  #end(): void {
    const last = this.#chunker.finish();
    if (last) this.#offer(last);
    this.#isOver = true;
    this.#post({ kind: "cutEnd", stream: this.#stream, xorhash: this.#hasher.digest() }, []);
    this.#leaveWhenDone();
  }

  #fail(error: unknown): void {
    this.#post({ kind: "cutFailed", stream: this.#stream, error: plainError(error) }, []);
    this.#isOver = true;
    this.#leaveWhenDone();
  }

  #leaveWhenDone(): void {
    if (this.#isOver && this.#held.size === 0) this.#onGone();
  }

  /** Lets other orders be heard, and waits while too much lies here. */
  async #room(): Promise<void> {
    await nextTurn();
    while (this.#heldBytes >= this.#window && !this.#isCancelled) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #goOn(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
