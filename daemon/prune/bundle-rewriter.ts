/**
 * Carries what is reached of sparsely used bundles into new ones. An old bundle is read with one request and its blobs are verified
 * one by one; the new ones have about the size of a backup's. What cannot be read whole stays where it is.
 */
import { createHash } from "node:crypto";
import { DamagedError, SharestrataError } from "../../core/errors.js";
import { rangesOf } from "../../core/id-range.js";
import { rewrittenBundleId, type BundleId, type ContentId, type PruneNumber } from "../../core/ids.js";
import type { Logger } from "../../core/logger.js";
import type { RewrittenBundle } from "../../core/prune-record.js";
import { buildBundleOf, bundledSizeBytes, type BundleContent } from "../../store/bundles/bundle-builder.js";
import { readBundleIndex } from "../../store/bundles/bundle-reader.js";
import { readStoredMember } from "../../store/bundles/member-copier.js";
import { ZstdCodec } from "../../store/content/zstd-codec.js";
import { pruneBusy } from "../../store/prunes/prune-store.js";
import { putNew } from "../../store/put-new.js";
import type { ShareStore } from "../../store/share-store.js";

/** As the bundles of backups. */
const TARGET_BYTES = 16 * 1024 * 1024;

export interface BundleRewriterOptions {
  readonly store: ShareStore;
  /** The record that will name the bundles. */
  readonly prune: PruneNumber;
  /** Of the bundles that an interrupted prune of this number has left, how many there may be: those ids are passed over. */
  readonly firstIndex: number;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}

export class BundleRewriter {
  readonly #options: BundleRewriterOptions;
  readonly #codec: ZstdCodec;
  #index: number;
  #open: BundleContent[] = [];
  #openBytes = 0;
  /** What is written, for the record. */
  readonly written: RewrittenBundle[] = [];

  constructor(options: BundleRewriterOptions) {
    this.#options = options;
    this.#codec = new ZstdCodec(options.store.settings.compressionLevel);
    this.#index = options.firstIndex;
  }

  /**
   * Carries over what is wanted of one bundle.
   * @returns whether it could be; nothing of it is carried over otherwise
   * @throws StoreError; SharestrataError `SHARE_BUSY` when another prune is writing as well
   */
  async carry(bundleId: BundleId, isWanted: (contentId: ContentId) => boolean): Promise<boolean> {
    const { store, logger, signal } = this.#options;
    const name = store.names.bundle(bundleId);
    const contents: BundleContent[] = [];
    try {
      const index = await readBundleIndex(store.objects, store.names, bundleId, store.sealing, { signal });
      const object = await store.objects.get(name, { signal });
      // Copies: what is carried over waits for more, and must not keep all that it comes from in memory.
      const ranges = {
        getRange: (_name: string, offset: number, lengthBytes: number) =>
          Promise.resolve(object && Uint8Array.prototype.slice.call(object, offset, offset + lengthBytes)),
      };
      for (const member of index) {
        if (!isWanted(member.contentId)) continue;
        contents.push(await readStoredMember(ranges, name, member, this.#codec, store.sealing, { signal }));
      }
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      logger.warn({ object: name }, `${error.message} The bundle stays as it is: verify tells which files it hurts.`);
      return false;
    }
    for (const content of contents) {
      this.#open.push(content);
      this.#openBytes += bundledSizeBytes(content.encoded.bytes.length);
    }
    if (this.#openBytes >= TARGET_BYTES) await this.#close();
    return true;
  }

  /** Writes what is left. */
  async finish(): Promise<void> {
    if (this.#open.length > 0) await this.#close();
  }

  async #close(): Promise<void> {
    const { store, prune, signal } = this.#options;
    const contents = this.#open.sort((a, b) => a.contentId - b.contentId);
    this.#open = [];
    this.#openBytes = 0;
    const bundleId = rewrittenBundleId(prune, this.#index++);
    if (bundleId === undefined) throw new SharestrataError("FAILED", "One prune cannot rewrite so many bundles.");
    const name = store.names.bundle(bundleId);
    const object = await buildBundleOf(name, bundleId, contents, store.sealing.reveal());
    try {
      await putNew(store.objects, name, object, { signal });
    } catch (error) {
      if (!(error instanceof SharestrataError) || error.code !== "ALREADY_EXISTS") throw error;
      throw pruneBusy(store.share, name, error);
    }
    this.written.push({
      bundleId,
      sizeBytes: object.length,
      sha256: createHash("sha256").update(object).digest(),
      contents: rangesOf(contents.map(({ contentId }) => contentId)),
    });
  }
}
