/**
 * Objects of other shares of the tenant that a share needs: whether they are there, and what of them is damaged. Each is
 * looked at once, however many files need it, and told under its own name.
 */
import { SharestrataError } from "../../core/errors.js";
import type { BundleId, ContentId } from "../../core/ids.js";
import type { ForeignContent } from "../../core/node.js";
import type { ShareStore } from "../../store/share-store.js";
import type { OwnedBlob, Siblings } from "../shares/siblings.js";
import { Damage } from "./damage.js";
import { DataReader } from "./data-reader.js";
import { absence, isDamage, type Report } from "./finding.js";
import type { Amount } from "./inventory.js";
import { isInSample, type Sample } from "./sample.js";

export interface ForeignObjectsOptions {
  readonly siblings: Siblings;
  /** Of the share that needs them. */
  readonly damage: Damage;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

/** What is needed of one share. */
class Needed {
  /** Sizes by id, of those that are there. */
  readonly bundles = new Map<BundleId, number>();
  readonly blobs = new Set<ContentId>();
  readonly damage = new Damage();
  constructor(readonly store: ShareStore) {}
}

export class ForeignObjects {
  readonly #options: ForeignObjectsOptions;
  readonly #shares = new Map<string, Needed>();
  readonly #told = new Set<string>();

  constructor(options: ForeignObjectsOptions) {
    this.#options = options;
  }

  /** @param contentId in the share that needs it */
  async expect(contentId: ContentId, owner: ForeignContent): Promise<void> {
    const found = this.#options.siblings.locateOpen(owner) ?? (await this.#locate(contentId, owner));
    if (!found) return;
    const { store, location } = found;
    const needed = this.#shares.get(owner.share) ?? new Needed(store);
    this.#shares.set(owner.share, needed);
    if (this.#damagedIn(needed, owner, location) !== undefined) return;
    if (location.kind === "bundled") await this.#bundle(needed, location.bundleId);
    else await this.#blob(needed, owner.contentId);
  }

  async #bundle({ store, bundles, damage }: Needed, id: BundleId): Promise<void> {
    if (bundles.has(id)) return;
    const size = await this.#sizeOf(store, "bundle", store.names.bundle(id));
    if (size === undefined) damage.bundles.add(id);
    else bundles.set(id, size);
  }

  async #blob({ store, blobs, damage }: Needed, id: ContentId): Promise<void> {
    if (blobs.has(id)) return;
    const size = await this.#sizeOf(store, "blob", store.names.blob(id));
    if (size === undefined) damage.contents.add(id);
    else blobs.add(id);
  }

  async #sizeOf({ objects }: ShareStore, kind: "bundle" | "blob", name: string): Promise<number | undefined> {
    const { report, signal } = this.#options;
    const found = await objects.stat(name, { signal });
    if (!found) await report({ kind, ...absence(name, undefined, "") });
    return found?.sizeBytes;
  }

  /** Reads what is in the sample. @param onRead called behind each object */
  async read(sample: Sample, onRead: () => void): Promise<Amount> {
    const read: Amount = { objects: 0, bytes: 0 };
    for (const { store, damage, bundles, blobs } of this.#shares.values()) {
      const { report, signal } = this.#options;
      const reader = new DataReader({ store, damage, report, onRead, signal });
      try {
        for (const [id, sizeBytes] of bundles) {
          if (!isInSample(sample, "bundle", id)) continue;
          await reader.add({ kind: "bundle", id, sizeBytes, sha256: undefined });
        }
        for (const id of blobs) {
          if (!isInSample(sample, "blob", id)) continue;
          await reader.add({ kind: "blob", id, plainBytes: undefined, sha256: undefined });
        }
        await reader.idle();
      } finally {
        await reader.settled();
      }
      read.objects += reader.read.objects;
      read.bytes += reader.read.bytes;
    }
    return read;
  }

  /** Whether anything of another share is damaged that is needed here. */
  get isHarmful(): boolean {
    return [...this.#shares.values()].some(({ damage }) => damage.isHarmful);
  }

  /** The damaged object of the other share that a blob needs; undefined when it is whole. */
  damagedObjectOf(owner: ForeignContent): string | undefined {
    const needed = this.#shares.get(owner.share);
    const location = this.#options.siblings.locateOpen(owner)?.location;
    return needed && location && this.#damagedIn(needed, owner, location);
  }

  #damagedIn(
    { damage, store }: Needed,
    { contentId }: ForeignContent,
    location: OwnedBlob["location"],
  ): string | undefined {
    const isLost = damage.contents.has(contentId);
    if (location.kind === "blob") return isLost ? store.names.blob(contentId) : undefined;
    return isLost || damage.bundles.has(location.bundleId) ? store.names.bundle(location.bundleId) : undefined;
  }

  async #locate(contentId: ContentId, owner: ForeignContent): Promise<OwnedBlob | undefined> {
    const { siblings, damage, report, signal } = this.#options;
    try {
      return await siblings.locate(owner);
    } catch (error) {
      signal?.throwIfAborted();
      const isGone = error instanceof SharestrataError && error.code === "STORE_UNINITIALISED";
      if (!isGone && !isDamage(error)) throw error;
      damage.contents.add(contentId);
      // A share that is gone is told once, a blob that its owner does not know by itself.
      const object = isGone ? owner.share : `${owner.share} ${owner.contentId}`;
      if (!this.#told.has(object)) await report({ kind: "share", object, problem: "missing", message: error.message });
      this.#told.add(object);
      return undefined;
    }
  }
}
