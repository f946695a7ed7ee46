/** Content going into the store: the interface, and what a backup may rely on. */
import type { ContentId } from "../core/ids.js";
import type { ContentPart, ContentRecord, ForeignContent, StoredBundle } from "../core/node.js";
import type { HeldBlob } from "./content/workers/batch.js";
import type { ContentSource, FileSource } from "./content/workers/content-source.js";
import type { CutFile, HeldChunk } from "./content/workers/cut-file.js";

/** Content that has been taken and will be stored; `stored` resolves with its id once it is durable. */
export interface PendingContent {
  readonly stored: Promise<ContentId>;
}

/** What became durable since it was last taken, for the next segment. */
export interface StoredContents {
  readonly bundles: readonly StoredBundle[];
  readonly contents: readonly ContentRecord[];
}

export interface ContentWriter extends AsyncDisposable {
  /**
   * Reads and hashes a small file, on another thread where there is one. Bundles are filled in the order of these calls.
   * Resolves when it is known what it is; whether it is wanted is decided without waiting for anything else, by `addHeld`
   * or `release`, because the files beside it wait for that.
   * @throws what reading it throws
   */
  take(source: ContentSource, sizeBytes: number): Promise<HeldBlob>;
  /** A small file that is to be stored. As `addSmall`, but there is nothing to wait for: `take` has waited. */
  addHeld(blob: HeldBlob): PendingContent;
  /**
   * Cuts a long file into chunks, as `take`. Resolves when it is its turn; whoever gets it disposes of it.
   * @param source undefined: its pieces are pushed
   */
  cut(source: FileSource | undefined, sizeBytes: number): Promise<CutFile>;
  /** A chunk that is to be stored. Resolves when there is room for more. */
  addHeldChunk(chunk: HeldChunk): Promise<PendingContent>;
  /**
   * A whole small file, for a bundle. Resolves when there is room for more (backpressure), not when it is stored:
   * `stored` of an open bundle's blobs waits for more blobs or for `flush`, so do not await it before adding on.
   * Once anything has failed, this and everything else rejects with that failure, and so does every open `stored`.
   * @param bytes not to be changed until it is stored
   * @param sha256 32 bytes, of `bytes`
   */
  addSmall(bytes: Uint8Array, sha256: Uint8Array): Promise<PendingContent>;
  /** One chunk of a large file, an object of its own. As `addSmall`. */
  addChunk(bytes: Uint8Array, sha256: Uint8Array): Promise<PendingContent>;
  /**
   * A content made of parts that are stored already, so their ids are in an answer of `takeStored` no later than its own.
   * @param partSha256s 32 bytes a part, one behind the other
   * @returns its id
   */
  addList(parts: readonly ContentPart[], partSha256s: Uint8Array): ContentId;
  /**
   * A blob that another share of the tenant has stored: nothing is written but the record.
   * @param sha256 32 bytes, of its plain bytes
   * @returns its id in this share
   */
  addForeign(owner: ForeignContent, sizeBytes: number, sha256: Uint8Array): ContentId;
  /** Closes the open bundle and waits until everything added is durable. */
  flush(): Promise<void>;
  /** Drains what became durable, by ascending ids: every id that a `stored` has resolved with is in this or an earlier answer. */
  takeStored(): StoredContents;
  /** Bytes of objects written so far. */
  readonly storedBytes: number;
}
