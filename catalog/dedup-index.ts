/**
 * From the SHA-256 of a content to its id: an LMDB environment of its own in the catalog's folder, because it need not
 * fit in RAM and can be rebuilt from the segments at any time. It is filled after a segment is applied, so an id that
 * it knows is always one that is durable; what a kill keeps out of it is merely stored again.
 */
import type { ContentId } from "../core/ids.js";
import type { ContentRecord } from "../core/node.js";
import { HashIndex } from "./hashed/hash-index.js";
import { HASH_BYTES } from "./hashed/hash-page.js";

/**
 * What a digest was taken of: a blob's bytes, or the digests of a list's parts. They never answer for each other, or
 * a file made of digests could pass for the content that those digests describe.
 */
export type DigestKind = "blob" | "list";

export interface DedupReader extends AsyncDisposable {
  /** @param sha256 32 bytes @returns undefined also for an id that is not below the limit */
  get(kind: DigestKind, sha256: Uint8Array): ContentId | undefined;
}

export interface DedupIndex extends DedupReader {
  /** Told once its catalog is claimed: nobody else writes to it until the claim is given up. */
  claimed(): void;
  /** Remembers contents, those that are known already included. @throws SharestrataError `STORE_FULL`, `FAILED` */
  add(contents: readonly ContentRecord[]): Promise<void>;
  /** Packs what was added since, at the end of a backup. */
  settle(): Promise<void>;
  /** Writes a compact copy, as it is now, into an empty folder. @throws SharestrataError `STORE_FULL` */
  copyTo(folder: string): Promise<void>;
}

/**
 * @param folder made when missing. It lies within the catalog's, so that neither outlives the other: an id means
 * something only in the catalog that has handed it out
 * @param limit the first content id that the catalog has not handed out; it only ever grows
 */
export function openDedupIndex(folder: string, limit: () => ContentId): DedupIndex {
  return new HashedDedupIndex(new HashIndex(folder), limit);
}

/**
 * The index of another share, or of one that another process writes to.
 * @param limit as of `openDedupIndex`
 */
export function openDedupReader(folder: string, limit: () => ContentId): DedupReader {
  return new HashedDedupIndex(new HashIndex(folder, { readOnly: true }), limit);
}

class HashedDedupIndex implements DedupIndex {
  readonly #index: HashIndex;
  readonly #limit: () => ContentId;
  /** Ids below are known to be handed out. */
  #below = 0;

  constructor(index: HashIndex, limit: () => ContentId) {
    this.#index = index;
    this.#limit = limit;
  }

  claimed(): void {
    this.#index.claimed();
  }

  get(kind: DigestKind, sha256: Uint8Array): ContentId | undefined {
    const contentId = this.#index.get(keyOf(kind, sha256)) as ContentId | undefined;
    if (contentId === undefined) return undefined;
    if (contentId >= this.#below) this.#below = this.#limit();
    return contentId < this.#below ? contentId : undefined;
  }

  async add(contents: readonly ContentRecord[]): Promise<void> {
    await this.#index.add(
      contents.map(({ kind, sha256, contentId }) => ({
        hash: keyOf(kind === "list" ? "list" : "blob", sha256),
        value: contentId,
      })),
    );
  }

  settle(): Promise<void> {
    return this.#index.settle();
  }

  copyTo(folder: string): Promise<void> {
    return this.#index.copyTo(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#index[Symbol.asyncDispose]();
  }
}

/** Blobs are known by the first half of their digest, lists by the second of theirs, so that neither passes for the other. */
function keyOf(kind: DigestKind, sha256: Uint8Array): Buffer {
  const start = kind === "list" ? HASH_BYTES : 0;
  return Buffer.from(sha256.buffer, sha256.byteOffset + start, HASH_BYTES);
}
