/**
 * A large file of which the source can say where it has changed: only that is read, up to the next cut that it has in common
 * with what is stored, and the rest is what is stored already. The list of chunks and the xorhash are those that reading
 * all of it would give. In any doubt nothing is done here and the file is read as a whole.
 */
import type { Catalog, CatalogEntry, ContentLocation } from "../../catalog/catalog.js";
import { before, totalBytes, type ByteRanges } from "../../core/byte-range.js";
import { DamagedError } from "../../core/errors.js";
import type { ContentId } from "../../core/ids.js";
import type { Logger } from "../../core/logger.js";
import type { ContentRecord } from "../../core/node.js";
import type { BlobReader } from "../../store/blob-reader.js";
import { FastCdc } from "../../store/content/fastcdc.js";
import { changedBlocks, Rechunking } from "../../store/content/rechunk.js";
import { StretchHasher } from "../../store/content/stretch-hasher.js";
import { SHA256_BYTES } from "../../store/fields.js";
import type { ShareStore } from "../../store/share-store.js";
import { displayPath } from "../sources/display-path.js";
import type { SourceOptions, SourceSession } from "../sources/source.js";
import type { Change } from "./change.js";
import { changedSince } from "./changed-ranges.js";
import type { IsCondemned } from "./condemned.js";
import type { FileStorer, PendingPart, StoredFile } from "./file-storer.js";

export interface RangeStorerParts {
  readonly session: SourceSession;
  readonly catalog: Catalog;
  readonly store: ShareStore;
  readonly blobs: BlobReader;
  readonly files: FileStorer;
  /** Whether a content has to be stored again. */
  readonly isLost: IsCondemned;
  readonly logger: Logger;
}

/** Fewer are hardly more than what has to be read for a single change. */
const FEWEST_PARTS = 4;

type List = Extract<ContentLocation, { readonly kind: "list" }>;
type ListRecord = Extract<ContentRecord, { readonly kind: "list" }>;

/** What is stored of the file, and what has to be done to it. */
interface Plan {
  readonly before: CatalogEntry;
  readonly list: List;
  readonly changed: ByteRanges;
  readonly rechunking: Rechunking;
}

export class RangeStorer {
  readonly #parts: RangeStorerParts;

  constructor(parts: RangeStorerParts) {
    this.#parts = parts;
  }

  /** Whether `store` has to be asked: for most files it is known at once that they are read as a whole. */
  mayStore({ child, found }: Change): boolean {
    const isKnown = found.kind === "moved" || found.kind === "modified";
    const { session, store } = this.#parts;
    return isKnown && session.changedRanges !== undefined && child.sizeBytes > store.settings.smallFileThresholdBytes;
  }

  /**
   * As `FileStorer.store`.
   * @returns undefined when the file has to be read as a whole
   * @throws as `SourceSession.readRange`; StoreError when what is stored cannot be read
   */
  async store(change: Change, options: SourceOptions): Promise<StoredFile | undefined> {
    const plan = await this.#plan(change, options);
    if (!plan) return undefined;
    const { before: old, changed } = plan;
    if (changed.length === 0) return { xorhash: old.xorhash, content: { stored: Promise.resolve(old.contentId) } };
    let record;
    let taken;
    try {
      record = await this.#recordOf(old.contentId, plan.list, options);
      taken = record && (await this.#hashOfStored(plan, options));
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      const fields = { path: displayPath(change.path), reason: error.message };
      this.#parts.logger.warn(fields, "what is stored of a file is damaged: the file is read as a whole");
      return undefined;
    }
    if (!record || taken === undefined) return undefined;
    const { xorhash, parts } = await this.#rechunk(change, plan, record, options);
    const stored = this.#parts.files.finishList(parts);
    // The journal waits for it; until it does, a failure must not end the process.
    stored.catch(() => {});
    return { xorhash: old.xorhash ^ taken ^ xorhash, content: { stored } };
  }

  async #plan({ path, child, found }: Change, options: SourceOptions): Promise<Plan | undefined> {
    const { session, catalog, store, isLost } = this.#parts;
    const old = found.kind === "modified" ? found.live : found.kind === "moved" ? found.previous : undefined;
    if (!session.changedRanges || old?.kind !== "file" || child.kind !== "file") return undefined;
    if (child.sizeBytes <= store.settings.smallFileThresholdBytes) return undefined;
    const list = catalog.locate(old.contentId);
    if (list?.kind !== "list" || list.parts.length < FEWEST_PARTS || isLost(old.contentId, true)) return undefined;
    const sizes = list.parts.map(({ sizeBytes }) => sizeBytes);
    if (sizes.reduce((sum, size) => sum + size, 0) !== old.sizeBytes) return undefined;
    // What another share has stored is not at hand here.
    if (list.parts.some((part) => catalog.locate(part.contentId)?.kind === "foreign")) return undefined;
    const ranges = await changedSince(this.#parts, { path, child }, old, options);
    if (!ranges) return undefined;
    const changed = changedBlocks(ranges, old.sizeBytes, child.sizeBytes);
    const rechunking = new Rechunking(sizes, child.sizeBytes, changed);
    // Changes all over the file, or much that was cut off: then the old chunks would cost more than they spare.
    const cost = rechunking.touchedBytes + totalBytes(before(changed, old.sizeBytes));
    return cost < child.sizeBytes ? { before: old, list, changed, rechunking } : undefined;
  }

  /** The list as its segment has it, with the SHA-256s of its parts. */
  async #recordOf(
    contentId: ContentId,
    { snapshot, segment, parts }: List,
    options: SourceOptions,
  ): Promise<ListRecord | undefined> {
    const view = await this.#parts.store.viewSegment(snapshot, segment, options);
    const record = view.content(contentId);
    return record?.kind === "list" && record.parts.length === parts.length ? record : undefined;
  }

  /** What the changed blocks had in the xorhash, from the stored chunks that hold them. */
  async #hashOfStored(
    { before: { sizeBytes }, list, changed }: Plan,
    options: SourceOptions,
  ): Promise<bigint | undefined> {
    const { catalog, blobs } = this.#parts;
    const stretches = before(changed, sizeBytes);
    const hasher = new StretchHasher(stretches);
    let start = 0;
    let next = 0;
    for (const part of list.parts) {
      const end = start + part.sizeBytes;
      while ((stretches[next]?.end ?? Infinity) <= start) next++;
      if ((stretches[next]?.start ?? Infinity) < end) {
        const location = catalog.locate(part.contentId);
        // What another share has stored is not at hand here.
        if (location?.kind === "foreign") return undefined;
        const bytes =
          location?.kind === "blob" || location?.kind === "bundled"
            ? await blobs.read(part.contentId, location, options)
            : undefined;
        if (bytes?.byteLength !== part.sizeBytes) {
          const where = `content ${part.contentId}`;
          throw new DamagedError(`The ${where} is not a chunk of ${part.sizeBytes} bytes.`, { where });
        }
        hasher.update(start, bytes);
      }
      start = end;
    }
    return hasher.digest();
  }

  async #rechunk(
    { path, child }: Change,
    { list, changed, rechunking }: Plan,
    record: ListRecord,
    options: SourceOptions,
  ): Promise<{ readonly xorhash: bigint; readonly parts: readonly PendingPart[] }> {
    const { session, store, files } = this.#parts;
    const hasher = new StretchHasher(before(changed, child.sizeBytes));
    const parts: PendingPart[] = [];
    const read = async function* (range: { readonly start: number; readonly end: number }) {
      let at = range.start;
      for await (const piece of session.readRange(path, child, range, options)) {
        files.countRead(piece.byteLength);
        hasher.update(at, piece);
        at += piece.byteLength;
        yield piece;
      }
    };
    for await (const found of rechunking.run(new FastCdc(store.settings), read)) {
      if (found.kind === "cut") {
        parts.push(await files.storeChunk(found.chunk));
        continue;
      }
      const kept = list.parts[found.index];
      if (!kept) throw new RangeError(`there is no part ${found.index}`);
      const at = found.index * SHA256_BYTES;
      const digest = record.partSha256s.subarray(at, at + SHA256_BYTES);
      parts.push({ sizeBytes: kept.sizeBytes, digest, stored: kept.contentId });
    }
    return { xorhash: hasher.digest(), parts };
  }
}
