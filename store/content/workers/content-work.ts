/**
 * The work on contents, on whatever thread it runs: reading, hashing, cutting, compressing, and making bundles and blob
 * objects. It holds the bytes of what it has digested until it is told whether they are wanted, so plain bytes cross no
 * thread twice. Orders and answers are those of messages.ts; how much lies here is bounded by whoever gives the orders.
 */
import { hash } from "node:crypto";
import { plainError } from "../../../core/plain-error.js";
import { buildBundle, type BundledBlob } from "../../bundles/bundle-builder.js";
import { SHA256_BYTES } from "../../fields.js";
import { encodeBlobObject } from "../blob-object.js";
import { CODEC_NUMBERS, codecOf, type BlobCodec } from "../codec.js";
import { xorhash } from "../xorhash.js";
import { ownBuffer } from "./buffers.js";
import { CutWork } from "./cut-work.js";
import type { FileReader } from "./file-reader.js";
import type { Answer, BundleParts, BundlePlace, FileFailure, LoneBlob, Order, Post, WorkerSetup } from "./messages.js";

/** Finds a reader by its module's URL. */
export type Readers = (url: string) => FileReader | Promise<FileReader>;

export class ContentWork {
  readonly #setup: WorkerSetup;
  readonly #codec: BlobCodec;
  readonly #readers: Readers;
  readonly #post: Post<Answer>;
  /** Plain bytes by batch; undefined where a file failed. */
  readonly #held = new Map<number, readonly (Uint8Array | undefined)[]>();
  readonly #cuts = new Map<number, CutWork>();
  /** Memory for batches, used again and again: fresh memory costs as much as hashing. */
  readonly #spare: Buffer[] = [];
  readonly #arenas = new Map<number, Buffer>();

  constructor(setup: WorkerSetup, codec: BlobCodec, readers: Readers, post: Post<Answer>) {
    this.#setup = setup;
    this.#codec = codec;
    this.#readers = readers;
    this.#post = post;
  }

  /** Never rejects: what goes wrong is answered. */
  async handle(order: Order): Promise<void> {
    try {
      await this.#handle(order);
    } catch (error) {
      this.#post({ kind: "failed", error: plainError(error) }, []);
    }
  }

  #handle(order: Order): void | Promise<void> {
    switch (order.kind) {
      case "digest":
        return this.#digest(order);
      case "encode":
        return this.#encode(order.batch, order.wanted);
      case "bundle":
        return this.#bundle(order.task, order.place, order.parts);
      case "blob":
        return this.#blob(order.task, order.blob);
      case "cut":
        return this.#cut(order);
      case "piece":
        return this.#cuts.get(order.stream)?.piece(order.bytes);
      case "keep":
        return this.#keep(order);
      case "drop":
        this.#cuts.get(order.stream)?.take(order.chunk);
        return undefined;
      case "cancel":
        return this.#cuts.get(order.stream)?.cancel();
    }
  }

  async #digest({ batch, readerUrl, files, sizes }: Order & { readonly kind: "digest" }): Promise<void> {
    const failures: FileFailure[] = [];
    const reader = readerUrl === undefined ? undefined : await this.#readers(readerUrl);
    const held = reader ? this.#readAll(batch, reader, files, sizes, failures) : (files as readonly Uint8Array[]);
    const sha256s = new Uint8Array(files.length * SHA256_BYTES);
    const xorhashes = new BigUint64Array(files.length);
    for (let i = 0; i < held.length; i++) {
      const bytes = held[i];
      if (bytes === undefined) continue;
      sha256s.set(sha256(bytes), i * SHA256_BYTES);
      xorhashes[i] = xorhash(bytes);
    }
    this.#held.set(batch, held);
    this.#post({ kind: "digests", batch, sha256s, xorhashes, failures }, [sha256s.buffer, xorhashes.buffer]);
  }

  #readAll(
    batch: number,
    reader: FileReader,
    requests: readonly unknown[],
    sizes: Uint32Array,
    failures: FileFailure[],
  ): readonly (Uint8Array | undefined)[] {
    const arena = this.#arena(sizes.reduce((sum, size) => sum + size, 0));
    this.#arenas.set(batch, arena);
    let at = 0;
    return requests.map((request, index) => {
      const size = sizes[index] ?? 0;
      const into = arena.subarray(at, at + size);
      at += size;
      if (request === undefined) return undefined;
      try {
        readWhole(reader, request, into);
        return into;
      } catch (error) {
        failures.push({ index, error: plainError(error) });
        return undefined;
      }
    });
  }

  #arena(bytes: number): Buffer {
    const fitting = this.#spare.findIndex((spare) => spare.length >= bytes);
    const [spare] = fitting < 0 ? [] : this.#spare.splice(fitting, 1);
    return spare ?? Buffer.allocUnsafeSlow(bytes);
  }

  #encode(batch: number, wanted: Uint8Array): void {
    const held = this.#held.get(batch) ?? [];
    this.#held.delete(batch);
    const encoded = held.flatMap((bytes, i) =>
      bytes !== undefined && wanted[i] === 1 ? [this.#codec.encodeNow(bytes)] : [],
    );
    const buffer = new Uint8Array(encoded.reduce((sum, { bytes }) => sum + bytes.length, 0));
    const lengths = Uint32Array.from(encoded, ({ bytes }) => bytes.length);
    const codecs = Uint8Array.from(encoded, ({ codec }) => CODEC_NUMBERS[codec]);
    let at = 0;
    for (const { bytes } of encoded) {
      buffer.set(bytes, at);
      at += bytes.length;
    }
    this.#giveBack(batch);
    this.#post({ kind: "encoded", batch, buffer: buffer.buffer, lengths, codecs }, [buffer.buffer]);
  }

  #giveBack(batch: number): void {
    const arena = this.#arenas.get(batch);
    this.#arenas.delete(batch);
    if (arena && this.#spare.length < SPARE_ARENAS) this.#spare.push(arena);
  }

  async #bundle(task: number, { name, bundleId, firstContentId }: BundlePlace, parts: BundleParts): Promise<void> {
    const object = await buildBundle(name, bundleId, firstContentId, blobsOf(parts), this.#setup.key);
    this.#giveObject(task, object);
  }

  #blob(task: number, { name, contentId, sha256: digest, plainBytes, bytes, codec: number }: LoneBlob): void {
    const codec = number === undefined ? undefined : codecOf(number);
    const encoded = codec === undefined ? this.#codec.encodeNow(bytes) : { codec, bytes };
    this.#giveObject(task, encodeBlobObject(name, contentId, encoded, plainBytes, digest, this.#setup.key));
  }

  #giveObject(task: number, made: Uint8Array): void {
    const bytes = ownBuffer(made);
    this.#post({ kind: "object", task, bytes, sha256: sha256(bytes) }, [bytes.buffer]);
  }

  /** Ends when the file is cut, which other orders do not wait for. */
  async #cut({ stream, readerUrl, request, sizeBytes }: Order & { readonly kind: "cut" }): Promise<void> {
    const cut = new CutWork(stream, this.#setup.settings, this.#post, () => this.#cuts.delete(stream));
    this.#cuts.set(stream, cut);
    if (readerUrl !== undefined) await cut.readFile(await this.#readers(readerUrl), request, sizeBytes);
  }

  #keep({ stream, chunk, task, name, contentId }: Order & { readonly kind: "keep" }): void {
    const found = this.#cuts.get(stream)?.take(chunk);
    if (found === undefined) return;
    const { bytes, sha256: digest } = found;
    const blob = { name, contentId, sha256: digest, plainBytes: bytes.length, bytes, codec: undefined };
    this.#blob(task, blob);
  }
}

const SPARE_ARENAS = 4;

function sha256(bytes: Uint8Array): Uint8Array {
  return hash("sha256", bytes, "buffer");
}

function readWhole(reader: FileReader, request: unknown, into: Uint8Array): void {
  const file = reader.open(request);
  try {
    for (let at = 0; at < into.length;) {
      const count = file.read(into, at, into.length - at);
      // The file has become shorter: whoever opened it says so.
      if (count === 0) break;
      at += count;
    }
    file.verify();
  } finally {
    file.close();
  }
}

function blobsOf({ buffers, bufferOf, offsets, lengths, codecs, plainBytes, sha256s }: BundleParts): BundledBlob[] {
  const all = buffers.map((buffer) => new Uint8Array(buffer));
  return Array.from(bufferOf, (buffer, i) => {
    const at = offsets[i] ?? 0;
    return {
      encoded: {
        codec: codecOf(codecs[i] ?? 0) ?? "stored",
        bytes: all[buffer]?.subarray(at, at + (lengths[i] ?? 0)) ?? new Uint8Array(0),
      },
      plainBytes: plainBytes[i] ?? 0,
      sha256: sha256s.subarray(i * SHA256_BYTES, (i + 1) * SHA256_BYTES),
    };
  });
}
