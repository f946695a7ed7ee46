/** Small files that go to a worker together: read and hashed there, decided on by this side, and encoded there. */
import { revivedError } from "../../../core/plain-error.js";
import { SHA256_BYTES } from "../../fields.js";
import type { ByteBudget } from "../limiter.js";
import type { PendingBlob } from "../pending-blob.js";
import { ownBuffer } from "./buffers.js";
import type { ContentSource } from "./content-source.js";
import type { FileTicket } from "./file-reader.js";
import type { Answer } from "./messages.js";
import type { WorkerLink } from "./worker-link.js";

/** A small file that is read and hashed, and lies where it will be compressed. */
export interface HeldBlob {
  readonly sizeBytes: number;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  readonly xorhash: bigint;
  /** It is to be stored; its batch's answer brings the stored bytes. Either this or `release` is called, once. */
  keep(pending: PendingBlob): void;
  /** Nobody needs it. */
  release(): void;
}

/** One that was kept, and where its stored bytes lie in the batch's buffer. */
export interface EncodedMember {
  readonly pending: PendingBlob;
  readonly plainBytes: number;
  readonly sha256: Uint8Array;
  /** Its number (store/content/codec.ts). */
  readonly codec: number;
  readonly offset: number;
  readonly lengthBytes: number;
}

export interface EncodedBatch {
  readonly buffer: ArrayBuffer;
  /** In the order in which the files were brought. */
  readonly members: readonly EncodedMember[];
}

interface Item {
  readonly source: ContentSource;
  readonly sizeBytes: number;
  readonly resolve: (blob: HeldBlob) => void;
  readonly reject: (reason: unknown) => void;
  isDecided: boolean;
  kept: { readonly pending: PendingBlob; readonly sha256: Uint8Array } | undefined;
}

export class Batch {
  readonly number: number;
  readonly readerUrl: string | undefined;
  /** Settles whatever becomes of the batch. The bytes of its members still count in the budget then. */
  readonly encoded: Promise<EncodedBatch>;
  bytes = 0;
  readonly #budget: ByteBudget;
  readonly #items: Item[] = [];
  #tickets: FileTicket[] = [];
  #undecided = 0;
  #link: WorkerLink | undefined;
  #resolve!: (batch: EncodedBatch) => void;
  #reject!: (reason: unknown) => void;

  constructor(number: number, readerUrl: string | undefined, budget: ByteBudget) {
    this.number = number;
    this.readerUrl = readerUrl;
    this.#budget = budget;
    this.encoded = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever brought a file hears of a failure.
    this.encoded.catch(() => undefined);
  }

  get files(): number {
    return this.#items.length;
  }

  /** @param sizeBytes has been taken from the budget */
  add(source: ContentSource, sizeBytes: number): Promise<HeldBlob> {
    this.bytes += sizeBytes;
    return new Promise((resolve, reject) => {
      this.#items.push({ source, sizeBytes, resolve, reject, isDecided: false, kept: undefined });
    });
  }

  send(link: WorkerLink): void {
    this.#link = link;
    this.#undecided = this.#items.length;
    const transfer: ArrayBuffer[] = [];
    const files = this.#items.map((item) => this.#toSend(item, transfer));
    const sizes = Uint32Array.from(this.#items, ({ sizeBytes }) => sizeBytes);
    link.post({ kind: "digest", batch: this.number, readerUrl: this.readerUrl, files, sizes }, transfer);
  }

  /** What the worker found. Resolves or rejects every file; their fates are told to the worker when the last is known. */
  digested({ sha256s, xorhashes, failures }: Answer & { readonly kind: "digests" }): void {
    this.#closeTickets();
    for (const { index, error } of failures) this.#refuse(this.#items[index], revivedError(error));
    for (const [index, item] of this.#items.entries()) {
      if (item.isDecided) continue;
      const sha256 = sha256s.subarray(index * SHA256_BYTES, (index + 1) * SHA256_BYTES);
      item.resolve({
        sizeBytes: item.sizeBytes,
        sha256,
        xorhash: xorhashes[index] ?? 0n,
        keep: (pending) => {
          item.kept = { pending, sha256 };
          this.#decide(item);
        },
        release: () => {
          this.#budget.give(item.sizeBytes);
          this.#decide(item);
        },
      });
    }
    this.#tellWhenDecided();
  }

  finish({ buffer, lengths, codecs }: Answer & { readonly kind: "encoded" }): void {
    let offset = 0;
    const kept = this.#items.filter((item) => item.kept !== undefined);
    const members = kept.flatMap((item, i): EncodedMember[] => {
      if (!item.kept) return [];
      const lengthBytes = lengths[i] ?? 0;
      const member = { ...item.kept, plainBytes: item.sizeBytes, codec: codecs[i] ?? 0, offset, lengthBytes };
      offset += lengthBytes;
      return [member];
    });
    this.#resolve({ buffer, members });
  }

  fail(reason: unknown): void {
    this.#closeTickets();
    for (const item of this.#items) item.reject(reason);
    this.#reject(reason);
  }

  /** @returns what the worker reads it from; undefined when there is nothing to read */
  #toSend(item: Item, transfer: ArrayBuffer[]): unknown {
    if (item.source.kind === "bytes") {
      const bytes = ownBuffer(item.source.bytes);
      transfer.push(bytes.buffer);
      return bytes;
    }
    try {
      const ticket = item.source.open();
      this.#tickets.push(ticket);
      return ticket.request;
    } catch (error) {
      this.#refuse(item, error);
      return undefined;
    }
  }

  #refuse(item: Item | undefined, error: unknown): void {
    if (!item) return;
    item.isDecided = true;
    this.#undecided--;
    this.#budget.give(item.sizeBytes);
    item.reject(error);
  }

  #decide(item: Item): void {
    if (item.isDecided) return;
    item.isDecided = true;
    this.#undecided--;
    this.#tellWhenDecided();
  }

  #tellWhenDecided(): void {
    if (this.#undecided > 0) return;
    const wanted = Uint8Array.from(this.#items, ({ kept }) => (kept ? 1 : 0));
    this.#link?.post({ kind: "encode", batch: this.number, wanted });
    this.#undecided = Number.POSITIVE_INFINITY;
  }

  #closeTickets(): void {
    for (const ticket of this.#tickets) ticket[Symbol.dispose]();
    this.#tickets = [];
  }
}
