/**
 * Files with several names: whichever name is met first is read, and the others have its content. What was read lately is
 * remembered here, and what has been journalled since is found by its identity in the tree.
 */
import type { Catalog } from "../../catalog/catalog.js";
import type { NodeMetadata } from "../../core/node.js";
import type { SourceEntry } from "../sources/source.js";
import { isUnchanged } from "./classify.js";
import type { IsCondemned } from "./condemned.js";
import type { StoredFile } from "./file-storer.js";

export interface LinkedFilesParts {
  readonly catalog: Pick<Catalog, "findSource" | "live">;
  /** Whether a content has to be stored again. */
  readonly isLost: IsCondemned;
}

/** More than can be waiting for their segment, of some hundred bytes each. */
const MOST_REMEMBERED = 16_384;

interface Remembered {
  readonly signature: number;
  readonly stored: Promise<StoredFile>;
}

export class LinkedFiles {
  readonly #parts: LinkedFilesParts;
  /** By link id, the latest last. */
  readonly #read = new Map<string, Remembered>();

  constructor(parts: LinkedFilesParts) {
    this.#parts = parts;
  }

  /**
   * The content of a file, read unless another name of it was.
   * @param read called at most once
   */
  async content(child: SourceEntry, { linkId }: NodeMetadata, read: () => Promise<StoredFile>): Promise<StoredFile> {
    if (linkId === undefined) return read();
    const underWay = this.#read.get(linkId);
    if (underWay?.signature === child.signature) {
      const stored = await underWay.stored.catch(() => undefined);
      // What failed with one name is tried with each: the failure is of interest to each.
      return stored ?? read();
    }
    const stored = this.#known(child) ?? read();
    this.#remember(linkId, { signature: child.signature, stored });
    return stored;
  }

  #remember(linkId: string, remembered: Remembered): void {
    this.#read.delete(linkId);
    this.#read.set(linkId, remembered);
    if (this.#read.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#read.keys()) {
      this.#read.delete(oldest);
      return;
    }
  }

  /** What the tree has under another name that is as this one is. */
  #known(child: SourceEntry): Promise<StoredFile> | undefined {
    const { catalog, isLost } = this.#parts;
    const known = child.sourceId === undefined ? undefined : catalog.findSource(child.sourceId);
    const entry = known && catalog.live.lookup(known.parentId, known.name);
    if (!entry || entry.nodeId !== known.nodeId || !isUnchanged(entry, child)) return undefined;
    if (isLost(entry.contentId, true)) return undefined;
    return Promise.resolve({ xorhash: entry.xorhash, content: { stored: Promise.resolve(entry.contentId) } });
  }
}
