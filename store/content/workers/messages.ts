/** What a backup's thread and a content worker say to each other. Few and large: a message costs as much as hashing 50 KB. */
import type { PlainError } from "../../../core/plain-error.js";
import type { BundleId, ContentId } from "../../../core/ids.js";
import type { ShareKey } from "../../crypto/sealing.js";
import type { ShareSettings } from "../../shares/share-settings.js";

/** What a worker is started with. */
export interface WorkerSetup {
  readonly settings: ShareSettings;
  /** With it, everything that a worker makes is sealed; undefined where the share is not encrypted. */
  readonly key: ShareKey | undefined;
}

/** What a thread is started with besides. */
export interface ThreadSetup extends WorkerSetup {
  /** Shared by both sides. Not 0: orders that wait are not carried out, and the thread ends itself. */
  readonly ending: Int32Array;
}

/** Blobs of one bundle: their stored bytes lie in a few buffers. Parallel lists, one item a blob. */
export interface BundleParts {
  readonly buffers: readonly ArrayBuffer[];
  readonly bufferOf: Uint32Array;
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  readonly codecs: Uint8Array;
  readonly plainBytes: Uint32Array;
  /** 32 bytes a blob. */
  readonly sha256s: Uint8Array;
}

export type Order =
  /** Read (or take) small files, and say what they are. Their bytes stay in the worker until it is told what to do. */
  | {
      readonly kind: "digest";
      readonly batch: number;
      readonly readerUrl: string | undefined;
      /** With a reader: its requests; without: the bytes. */
      readonly files: readonly unknown[];
      readonly sizes: Uint32Array;
    }
  /** 1: encode and give, 0: forget. */
  | { readonly kind: "encode"; readonly batch: number; readonly wanted: Uint8Array }
  | { readonly kind: "bundle"; readonly task: number; readonly place: BundlePlace; readonly parts: BundleParts }
  | { readonly kind: "blob"; readonly task: number; readonly blob: LoneBlob }
  /** Cut a long file; with a reader it is read, else pieces follow. */
  | {
      readonly kind: "cut";
      readonly stream: number;
      readonly readerUrl: string | undefined;
      readonly request: unknown;
      readonly sizeBytes: number;
    }
  | { readonly kind: "piece"; readonly stream: number; readonly bytes: Uint8Array | undefined }
  /** A chunk that is wanted: encode it as the object `task`. */
  | {
      readonly kind: "keep";
      readonly stream: number;
      readonly chunk: number;
      readonly task: number;
      readonly name: string;
      readonly contentId: ContentId;
    }
  | { readonly kind: "drop"; readonly stream: number; readonly chunk: number }
  | { readonly kind: "cancel"; readonly stream: number };

export interface BundlePlace {
  readonly name: string;
  readonly bundleId: BundleId;
  readonly firstContentId: ContentId;
}

export interface LoneBlob {
  readonly name: string;
  readonly contentId: ContentId;
  readonly sha256: Uint8Array;
  readonly plainBytes: number;
  /** Plain bytes, or what they are stored as. */
  readonly bytes: Uint8Array;
  /** The codec's number when `bytes` are encoded already. */
  readonly codec: number | undefined;
}

export type Answer =
  | {
      readonly kind: "digests";
      readonly batch: number;
      /** 32 bytes a file. */
      readonly sha256s: Uint8Array;
      readonly xorhashes: BigUint64Array;
      readonly failures: readonly FileFailure[];
    }
  /** The wanted ones, one after another. */
  | {
      readonly kind: "encoded";
      readonly batch: number;
      readonly buffer: ArrayBuffer;
      readonly lengths: Uint32Array;
      readonly codecs: Uint8Array;
    }
  | { readonly kind: "object"; readonly task: number; readonly bytes: Uint8Array; readonly sha256: Uint8Array }
  | { readonly kind: "opened"; readonly stream: number }
  | {
      readonly kind: "chunk";
      readonly stream: number;
      readonly chunk: number;
      readonly sizeBytes: number;
      readonly sha256: Uint8Array;
    }
  /** So many bytes of a long file are read, or taken from the pieces. */
  | { readonly kind: "progress"; readonly stream: number; readonly bytes: number }
  | { readonly kind: "cutEnd"; readonly stream: number; readonly xorhash: bigint }
  | { readonly kind: "cutFailed"; readonly stream: number; readonly error: PlainError }
  /** What only a fault of ours, or a lack of memory, brings about: nothing goes on from here. */
  | { readonly kind: "failed"; readonly error: PlainError };

export interface FileFailure {
  readonly index: number;
  readonly error: PlainError;
}

/** Posts a message, moving `transfer` instead of copying it. */
export type Post<M> = (message: M, transfer: readonly ArrayBuffer[]) => void;
