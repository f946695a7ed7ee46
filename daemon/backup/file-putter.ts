/**
 * One file that is new or has changed, on its way from the source into the journal: described, and read as far as that is needed. A
 * file that changes while it is read is looked at again and read anew, a few times; what cannot be read is passed over
 * and stays as it was.
 */
import type { CatalogEntry } from "../../catalog/catalog.js";
import { DamagedError, SharestrataError } from "../../core/errors.js";
import type { NodeMetadata } from "../../core/node.js";
import type { FileTicket } from "../../store/content/workers/file-reader.js";
import type { SourceOptions, SourcePath, SourceSession } from "../sources/source.js";
import { putOf, unreadPutOf, type Change } from "./change.js";
import { type Completer, isPartial, type PlacedEntry } from "./completer.js";
import type { FileStorer, StoredFile } from "./file-storer.js";
import type { KeptBytes } from "./kept-bytes.js";
import type { LinkedFiles } from "./linked-files.js";
import type { PermissionKeeper } from "./permission-keeper.js";
import type { RangeStorer } from "./range-storer.js";
import type { SegmentJournal } from "./segment-journal.js";

export interface FilePutterParts {
  readonly session: SourceSession;
  readonly journal: SegmentJournal;
  readonly files: FileStorer;
  readonly ranges: RangeStorer;
  readonly kept: KeptBytes;
  readonly links: LinkedFiles;
  readonly completer: Completer;
  readonly permissions: PermissionKeeper;
  readonly signal: AbortSignal;
  /** Reports an error that concerns one node; throws every other. */
  readonly passOver: (path: SourcePath, error: unknown) => void;
}

/** Of a file that changes whenever it is read. */
const MOST_READINGS = 4;

export class FilePutter {
  readonly #parts: FilePutterParts;

  constructor(parts: FilePutterParts) {
    this.#parts = parts;
  }

  /** @returns whether something of it was journalled */
  async put(change: Change): Promise<boolean> {
    return (await this.#putAsRead(change)) || (await this.#putAsBefore(change));
  }

  /** @returns whether it could be read */
  async #putAsRead(listed: Change): Promise<boolean> {
    if (listed.child.lacks) {
      this.#parts.passOver(listed.path, listed.child.lacks);
      return false;
    }
    let change = listed;
    for (let reading = 1; ; reading++) {
      try {
        await this.#readAndPut(change);
        return true;
      } catch (error) {
        const again = reading < MOST_READINGS ? await this.#lookAgain(change, error) : undefined;
        if (!again) {
          this.#parts.passOver(change.path, error);
          return false;
        }
        change = again;
      }
    }
  }

  async #readAndPut(change: Change): Promise<void> {
    const { journal, links } = this.#parts;
    const { child } = change;
    const early = this.#isReadFirst(change) ? await this.#store(change) : undefined;
    const metadata = await this.#describe(change);
    if (child.kind === "symlink") {
      await journal.put(putOf(change, metadata, 0n));
      return;
    }
    const stored = early ?? (await links.content(child, metadata, () => this.#contentOf(change, metadata)));
    await journal.putWhenStored(putOf(change, metadata, stored.xorhash), stored.content);
  }

  /** A file that has to be read whatever its description says, where that saves describing it. */
  #isReadFirst({ child, found }: Change): boolean {
    const isNew = found.kind === "new" && found.previous === undefined;
    return this.#parts.session.readingDescribes === true && isNew && child.kind === "file" && child.sizeBytes > 0;
  }

  async #describe({ path, child }: Change): Promise<NodeMetadata> {
    const { session, permissions } = this.#parts;
    let metadata: NodeMetadata | undefined;
    try {
      metadata = await session.describe(path, child, this.#options());
      return metadata;
    } finally {
      await permissions.need(metadata ? metadata.permissionKey : child.metadata.permissionKey);
    }
  }

  /** What changed is told with certainty where the source can compare two states of it, and where it cannot by what else is known. */
  async #contentOf(change: Change, metadata: NodeMetadata): Promise<StoredFile> {
    const { ranges, kept } = this.#parts;
    const asStored = kept.asStored(change);
    if (asStored) return asStored;
    const inRanges = ranges.mayStore(change) ? await ranges.store(change, this.#options()) : undefined;
    return inRanges ?? (await kept.find(change, metadata, this.#options())) ?? (await this.#store(change));
  }

  #store({ path, child }: Change): Promise<StoredFile> {
    const { session, files, signal } = this.#parts;
    const { byWorker } = session;
    if (!byWorker) return files.store(child.sizeBytes, session.read(path, child, { signal }));
    const open = (): FileTicket => byWorker.ticket(path, child);
    return files.storeByWorker(child.sizeBytes, { kind: "file", module: byWorker.module, open }, signal);
  }

  /** The same change of the file as it is now; undefined when that cannot help. */
  async #lookAgain(change: Change, error: unknown): Promise<Change | undefined> {
    const { session, signal } = this.#parts;
    signal.throwIfAborted();
    const isTorn = error instanceof SharestrataError && error.code === "FILE_CHANGED";
    if (!isTorn || !session.lookAgain) return undefined;
    const listed = await this.#orNothing(() => session.lookAgain?.(change.path, this.#options()));
    const child: PlacedEntry | undefined =
      listed && isPartial(listed) ? await this.#parts.completer.entry(change.path, listed) : listed;
    if (!child || child.lacks) return undefined;
    // Another file under its name is another node: the next run finds it.
    return child.kind === change.child.kind && child.sourceId === change.child.sourceId
      ? { ...change, child }
      : undefined;
  }

  /** What is reported is that the file has changed, not that it could not be looked at. */
  async #orNothing<T>(look: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (error instanceof SharestrataError && error.code === "FILE_UNREADABLE") return undefined;
      throw error;
    }
  }

  /**
   * What could not be read stays as it was: of itself where it has not moved, and with this at its new place.
   * @returns whether there is a new place
   */
  async #putAsBefore(change: Change): Promise<boolean> {
    const { journal } = this.#parts;
    const { child, found } = change;
    const previous = found.kind === "modified" ? undefined : found.previous;
    if (!previous) return false;
    const before = child.kind === "symlink" ? await this.#linkAsBefore(previous) : {};
    if (!before) return false;
    await journal.put(unreadPutOf(change, previous, { ...before, ...child.metadata }));
    return true;
  }

  /** The target of a link is kept with the metadata alone: where that is lost, the link stays where it was. */
  async #linkAsBefore({ version }: CatalogEntry): Promise<NodeMetadata | undefined> {
    try {
      return await this.#parts.journal.metadataOf(version);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      return undefined;
    }
  }

  #options(): SourceOptions {
    return { signal: this.#parts.signal };
  }
}
