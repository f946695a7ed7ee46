/**
 * Hands out content ids as the store's writer does (store/content-store-writer.ts, with its default sizes): small
 * files wait in the open bundle and get consecutive ids when it is closed; chunks of larger files get theirs at once,
 * and a list of them one more. Some files are copies of older ones.
 */
import type { BundleId, ContentId } from "../../core/ids.js";
import type { ContentPart, ContentRecord, NodeEntry, StoredBundle } from "../../core/node.js";
import type { Random } from "./random.js";

const SMALL_BYTES = 1024 ** 2;
const CHUNK_BYTES = 2 * 1024 ** 2;
const BUNDLE_BYTES = 16 * 1024 ** 2;
/** Keeps what waits in memory bounded when files are tiny. */
const BUNDLE_BLOBS = 8192;
const DUPLICATES = 0.05;
const KNOWN_CONTENTS = 4096;

/** The catalog does not look at digests; one for all saves the generator's time. */
const SHA256 = new Uint8Array(32);

/** An entry on its way into a batch: its content id may come later than the rest. */
export type EntryInMaking = { -readonly [K in keyof NodeEntry]: NodeEntry[K] };

export interface StoredSince {
  readonly bundles: readonly StoredBundle[];
  readonly contents: readonly ContentRecord[];
}

export class ContentLedger {
  readonly #random: Random;
  #next = 1;
  #nextBundle = 1;
  #open: EntryInMaking[] = [];
  #openBytes = 0;
  #bundles: StoredBundle[] = [];
  #contents: ContentRecord[] = [];
  /** A sample of what is stored, for copies. */
  readonly #known: { readonly contentId: ContentId; readonly sizeBytes: number; readonly xorhash: bigint }[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The oldest entry whose content id is not known yet. */
  get oldestWaiting(): EntryInMaking | undefined {
    return this.#open[0];
  }

  /**
   * Stores a file's content: sets its content id, now or when the bundle is closed. One that becomes a copy of an older
   * file takes over its size and xorhash as well.
   */
  store(entry: EntryInMaking): void {
    if (entry.sizeBytes === 0) return;
    if (this.#known.length > 0 && this.#random.chance(DUPLICATES)) {
      Object.assign(entry, this.#random.pick(this.#known));
    } else if (entry.sizeBytes <= SMALL_BYTES) {
      this.#storeSmall(entry);
    } else {
      this.#storeLarge(entry);
    }
  }

  #storeSmall(entry: EntryInMaking): void {
    this.#open.push(entry);
    this.#openBytes += entry.sizeBytes;
    if (this.#openBytes >= BUNDLE_BYTES || this.#open.length >= BUNDLE_BLOBS) this.closeBundle();
  }

  #storeLarge(entry: EntryInMaking): void {
    const parts: ContentPart[] = [];
    for (let left = entry.sizeBytes; left > 0;) {
      const cut = Math.ceil(CHUNK_BYTES * (0.5 + this.#random.unit()));
      const sizeBytes = Math.min(left, cut);
      const contentId = this.#next++ as ContentId;
      this.#contents.push({ kind: "blob", contentId, sizeBytes, sha256: SHA256 });
      parts.push({ contentId, sizeBytes });
      left -= sizeBytes;
    }
    const [only] = parts;
    entry.contentId = only && parts.length === 1 ? only.contentId : this.#list(entry.sizeBytes, parts);
    this.#remember(entry);
  }

  #list(sizeBytes: number, parts: readonly ContentPart[]): ContentId {
    const contentId = this.#next++ as ContentId;
    const partSha256s = Buffer.alloc(parts.length * SHA256.length);
    this.#contents.push({ kind: "list", contentId, sizeBytes, sha256: SHA256, parts, partSha256s });
    return contentId;
  }

  closeBundle(): void {
    if (this.#open.length === 0) return;
    const bundleId = this.#nextBundle++ as BundleId;
    const firstContentId = this.#next as ContentId;
    this.#bundles.push({
      bundleId,
      firstContentId,
      count: this.#open.length,
      sizeBytes: this.#openBytes,
      sha256: SHA256,
    });
    for (const entry of this.#open) {
      entry.contentId = this.#next++ as ContentId;
      const { contentId, sizeBytes } = entry;
      this.#contents.push({ kind: "bundled", contentId, sizeBytes, sha256: SHA256, bundleId });
      this.#remember(entry);
    }
    this.#open = [];
    this.#openBytes = 0;
  }

  #remember({ contentId, sizeBytes, xorhash }: EntryInMaking): void {
    if (this.#known.length < KNOWN_CONTENTS) this.#known.push({ contentId, sizeBytes, xorhash });
    else {
      // Each content ever stored has the same chance to be in the sample.
      const at = this.#random.below(this.#next);
      if (at < KNOWN_CONTENTS) this.#known[at] = { contentId, sizeBytes, xorhash };
    }
  }

  /** What became durable since it was last taken. */
  takeStored(): StoredSince {
    const stored = { bundles: this.#bundles, contents: this.#contents };
    this.#bundles = [];
    this.#contents = [];
    return stored;
  }
}
