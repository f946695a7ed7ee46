/**
 * A file of which something else than its bytes has changed: its ACL, its metadata, its name. The source tells whether what is known
 * of it before and now explains the change; then the content that is stored already is its content, and nothing is read.
 * Where the source can compare the file with what was read of it, it has to say that no byte is another: an explanation does not
 * exclude a write behind a time that was set back. In any doubt it is read. One that is put again only because its metadata were lost is not.
 */
import type { Catalog, CatalogEntry } from "../../catalog/catalog.js";
import { DamagedError } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import type { NodeMetadata } from "../../core/node.js";
import type { MetadataReader } from "../../fs/metadata-reader.js";
import { displayPath } from "../sources/display-path.js";
import type { SourceEntry, SourceOptions, SourceSession } from "../sources/source.js";
import type { Change } from "./change.js";
import { changedSince } from "./changed-ranges.js";
import { isUnchanged } from "./classify.js";
import type { IsCondemned } from "./condemned.js";
import type { StoredFile } from "./file-storer.js";

export interface KeptBytesParts {
  readonly session: SourceSession;
  readonly catalog: Pick<Catalog, "findSource" | "live" | "snapshots" | "view">;
  readonly metadata: MetadataReader;
  /** Whether a content has to be stored again. */
  readonly isLost: IsCondemned;
  readonly logger: Logger;
}

export class KeptBytes {
  readonly #parts: KeptBytesParts;

  constructor(parts: KeptBytesParts) {
    this.#parts = parts;
  }

  /** @returns undefined when the file has changed since it was stored, or what is stored has to be stored again */
  asStored({ child, found }: Change): StoredFile | undefined {
    if (found.kind !== "modified" || child.kind !== "file" || !isUnchanged(found.live, child)) return undefined;
    return this.#parts.isLost(found.live.contentId, true) ? undefined : storedAs(found.live);
  }

  /**
   * @param metadata what the source says of the file now
   * @returns undefined when the file has to be read
   * @throws StoreError when the store fails; as `SourceSession.changedRanges`
   */
  async find(
    { path, child, found }: Change,
    metadata: NodeMetadata,
    options: SourceOptions,
  ): Promise<StoredFile | undefined> {
    const { session, isLost, logger } = this.#parts;
    const old = this.#knownAs(child, found, metadata);
    if (!session.keepsBytes || old?.kind !== "file" || child.kind !== "file" || child.sourceId === undefined) return;
    if (old.sizeBytes !== child.sizeBytes || old.mtimeNs !== child.mtimeNs || isLost(old.contentId, true)) return;
    try {
      const before = { metadata: await this.#parts.metadata.metadataOf(old.version), posix: old.posix };
      if (!session.keepsBytes(before, { metadata, posix: child.posix }, found.kind === "moved")) return;
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      const fields = { path: displayPath(path), reason: error.message };
      logger.debug(fields, "what was known of a file is damaged: the file is read");
      return;
    }
    const changed = await changedSince(this.#parts, { path, child }, old, options);
    if (changed !== undefined && changed.length > 0) return;
    return storedAs(old);
  }

  /** The file as the tree had it; undefined when it is not known that it is the same file. */
  #knownAs({ sourceId }: SourceEntry, found: Change["found"], { linkId }: NodeMetadata): CatalogEntry | undefined {
    const { catalog } = this.#parts;
    const known = sourceId === undefined ? undefined : catalog.findSource(sourceId);
    // Of several names of one file the identity finds one, and what it was under that is what it was under each.
    if (known && linkId !== undefined) {
      const entry = catalog.live.lookup(known.parentId, known.name);
      return entry?.nodeId === known.nodeId ? entry : undefined;
    }
    const old = found.kind === "modified" ? found.live : found.kind === "moved" ? found.previous : undefined;
    return old?.nodeId === known?.nodeId ? old : undefined;
  }
}

function storedAs({ xorhash, contentId }: CatalogEntry): StoredFile {
  return { xorhash, content: { stored: Promise.resolve(contentId) } };
}
