/**
 * The other shares of a tenant in the same store, for what one share refers to and another has stored. Each is opened
 * when something of it is asked for: its store, and its catalog, which knows where the blob lies by now.
 */
import type { ContentLocation } from "../../catalog/catalog.js";
import { DamagedError } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import type { ForeignContent } from "../../core/node.js";
import type { ForeignBlobs } from "../../fs/content/foreign-blobs.js";
import { MovedContents } from "../../fs/content/moved-contents.js";
import { BlobReader } from "../../store/blob-reader.js";
import type { ShareStore } from "../../store/share-store.js";
import type { Config, ShareSettings } from "../config/config.js";
import type { OpenOptions, OpenShareReader } from "./open-share.js";

/** Where a blob lies in its owner's part of the store. */
export interface OwnedBlob {
  readonly store: ShareStore;
  readonly location: Extract<ContentLocation, { readonly kind: "bundled" | "blob" }>;
}

/** `openShareReader`, handed in because it hands out siblings itself. */
export type OpenReader = (config: Config, share: ShareSettings, options: OpenOptions) => Promise<OpenShareReader>;

export interface SiblingsParts {
  readonly config: Config;
  /** Whose siblings they are. */
  readonly share: ShareSettings;
  readonly options: OpenOptions;
  readonly openReader: OpenReader;
  /** Whether the share is encrypted: it refers only to what is kept in the same way. */
  readonly isEncrypted: boolean;
}

interface OpenSibling {
  readonly reader: OpenShareReader;
  readonly blobs: BlobReader;
  readonly moved: MovedContents;
}

/** Of bundle indexes, for each share. */
const INDEX_CACHE_BYTES = 8 * 1024 * 1024;

export class Siblings implements ForeignBlobs, AsyncDisposable {
  readonly #config: Config;
  readonly #share: ShareSettings;
  readonly #options: OpenOptions;
  readonly #openReader: OpenReader;
  readonly #isEncrypted: boolean;
  readonly #open = new Map<string, Promise<OpenSibling>>();
  readonly #readers = new Map<string, OpenShareReader>();

  constructor({ config, share, options, openReader, isEncrypted }: SiblingsParts) {
    this.#config = config;
    this.#share = share;
    this.#options = options;
    this.#openReader = openReader;
    this.#isEncrypted = isEncrypted;
  }

  async read(owner: ForeignContent, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Uint8Array> {
    const { location, blobs, moved } = await this.#find(owner);
    try {
      return await blobs.read(owner.contentId, location, options);
    } catch (error) {
      if (location.kind !== "bundled" || !(error instanceof DamagedError)) throw error;
      // A prune of that share may have moved it, before its catalog knew of that or since.
      const now = (await this.#find(owner)).location;
      const isMoved = now.kind === "bundled" && now.bundleId !== location.bundleId;
      const bundleId = isMoved ? now.bundleId : await moved.find(owner.contentId, options);
      if (bundleId === undefined || bundleId === location.bundleId) throw error;
      return blobs.read(owner.contentId, { kind: "bundled", bundleId }, options);
    }
  }

  /** @throws as `read`, as far as the catalog can tell */
  async locate(owner: ForeignContent): Promise<OwnedBlob> {
    const { location, reader } = await this.#find(owner);
    return { location, store: reader.store };
  }

  /** As `locate`, of a share that has been opened already and knows the blob; undefined otherwise. */
  locateOpen({ share, contentId }: ForeignContent): OwnedBlob | undefined {
    const reader = this.#readers.get(share);
    if (!reader || contentId >= reader.catalog.publishedContent()) return undefined;
    const location = reader.catalog.locate(contentId);
    return location?.kind === "bundled" || location?.kind === "blob" ? { location, store: reader.store } : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#readers.clear();
    const opened = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const result of opened) {
      if (result.status === "fulfilled") await result.value.reader[Symbol.asyncDispose]();
    }
  }

  async #find({ share, contentId }: ForeignContent): Promise<OpenSibling & Pick<OwnedBlob, "location">> {
    let sibling = await this.#sibling(share);
    if (contentId >= sibling.reader.catalog.publishedContent()) sibling = await this.#reopened(share, sibling);
    const isKnown = contentId < sibling.reader.catalog.publishedContent();
    const location = isKnown ? sibling.reader.catalog.locate(contentId) : undefined;
    if (location?.kind === "bundled" || location?.kind === "blob") return { ...sibling, location };
    const owner = formatShareName({ tenant: this.#share.name.tenant, share });
    const where = `content ${contentId} of ${owner}`;
    throw new DamagedError(`The ${where}, which ${formatShareName(this.#share.name)} refers to, is not there.`, {
      where,
    });
  }

  #sibling(share: string): Promise<OpenSibling> {
    const known = this.#open.get(share);
    if (known) return known;
    const opening = this.#openSibling(share);
    this.#open.set(share, opening);
    // Whoever asks next tries again.
    opening.catch(() => this.#open.delete(share));
    return opening;
  }

  /** The catalog was opened before the other share's newest snapshots came. */
  async #reopened(share: string, outdated: OpenSibling): Promise<OpenSibling> {
    const now = await this.#sibling(share);
    if (now !== outdated) return now;
    this.#open.delete(share);
    this.#readers.delete(share);
    await outdated.reader[Symbol.asyncDispose]();
    return this.#sibling(share);
  }

  async #openSibling(share: string): Promise<OpenSibling> {
    const reader = await this.#openReader(this.#config, settingsOf(this.#config, this.#share, share), this.#options);
    if (reader.store.sealing.isSealed !== this.#isEncrypted) {
      await reader[Symbol.asyncDispose]();
      // What was never sealed could be anybody's.
      const [own, other] = [formatShareName(this.#share.name), formatShareName(reader.name)];
      const where = reader.store.names.share;
      throw new DamagedError(`The share ${other}, which ${own} refers to, is not encrypted as ${own} is.`, { where });
    }
    this.#readers.set(share, reader);
    return {
      reader,
      blobs: new BlobReader({ store: reader.store, indexCacheBytes: INDEX_CACHE_BYTES }),
      moved: new MovedContents(reader.catalog, reader.store),
    };
  }
}

/** As configured, if it is in the same store; what is not configured here can be read all the same. */
export function settingsOf(config: Config, { name: { tenant }, ...of }: ShareSettings, share: string): ShareSettings {
  const name = { tenant, share };
  const configured = config.shares.find((one) => formatShareName(one.name) === formatShareName(name));
  return configured?.store === of.store ? configured : { ...of, name };
}
