/**
 * Opens what the other configured shares of a tenant have stored, those that share their contents as well and lie in the
 * same store. A share that cannot be opened is passed over: then its contents are stored once more, and nothing is lost.
 */
import { existsSync } from "node:fs";
import type { CatalogReader } from "../../catalog/catalog.js";
import { openDedupReader, type DedupReader } from "../../catalog/dedup-index.js";
import { messageOf } from "../../core/errors.js";
import { silentLogger } from "../../core/logger.js";
import { formatShareName } from "../../core/names.js";
import type { ForeignContent } from "../../core/node.js";
import type { Losses } from "../backup/losses.js";
import type { SiblingContents } from "../backup/sibling-contents.js";
import { readLosses } from "./losses-file.js";
import { Owned } from "./owned.js";
import type { SiblingsParts } from "./siblings.js";
import { stateFolders } from "./state-folders.js";

/** @throws the signal's reason */
export async function openSiblingContents(parts: SiblingsParts): Promise<SiblingContents> {
  const { config, share, options } = parts;
  await using opening = new Owned();
  const siblings: Sibling[] = [];
  for (const other of config.shares) {
    const isSibling = other.name.tenant === share.name.tenant && other.store === share.store;
    if (!isSibling || other.name.share === share.name.share) continue;
    try {
      const sibling = await openSibling({ ...parts, share: other });
      if (sibling) siblings.push(opening.use(sibling));
    } catch (error) {
      options.signal?.throwIfAborted();
      const { logger = silentLogger } = options;
      const fields = { share: formatShareName(other.name), reason: messageOf(error) };
      logger.warn(fields, "what this share has stored is not looked at, and may be stored once more");
    }
  }
  const owned = opening.move();
  return {
    find(sha256) {
      for (const sibling of siblings) {
        const found = sibling.find(sha256);
        if (found) return found;
      }
      return undefined;
    },
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

/** @returns undefined when it keeps its contents to itself, or has none */
async function openSibling(parts: SiblingsParts): Promise<Sibling | undefined> {
  const { config, share, options, openReader, isEncrypted } = parts;
  await using opening = new Owned();
  const { catalog, store } = opening.use(await openReader(config, share, options));
  const folders = stateFolders(config, share.name);
  if (store.sealing.isSealed !== isEncrypted) return undefined;
  if (store.settings.dedupScope !== "tenant" || !existsSync(folders.dedup)) return undefined;
  // A backup of that share has its catalog, and a prune has condemned contents that the catalog does not know of yet.
  const { signal, logger = silentLogger } = options;
  if ((await store.prunes.numbers(catalog.prune() ?? 0, { signal })).length > 0) {
    logger.warn(
      { share: formatShareName(share.name) },
      "a prune of this share is not known here yet: it is not looked at",
    );
    return undefined;
  }
  const dedup = opening.use(openDedupReader(folders.dedup, () => catalog.publishedContent()));
  const lost = await readLosses(folders.losses);
  return new Sibling(share.name.share, { catalog, dedup, lost }, opening.move());
}

interface SiblingParts {
  readonly catalog: CatalogReader;
  /** Knows the contents of published snapshots only: what a backup has applied may yet be given up. */
  readonly dedup: DedupReader;
  readonly lost: Losses;
}

class Sibling implements AsyncDisposable {
  constructor(
    private readonly share: string,
    private readonly parts: SiblingParts,
    private readonly owned: Owned,
  ) {}

  find(sha256: Uint8Array): ForeignContent | undefined {
    const { catalog, dedup, lost } = this.parts;
    const contentId = dedup.get("blob", sha256);
    if (contentId === undefined || lost.hasContent(catalog, contentId) || catalog.isCondemned(contentId))
      return undefined;
    const location = catalog.locate(contentId);
    // What it has from another share is asked of that one.
    const isOwn = location?.kind === "bundled" || location?.kind === "blob";
    return isOwn ? { share: this.share, contentId } : undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.owned[Symbol.asyncDispose]();
  }
}
