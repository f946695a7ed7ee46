/**
 * The share snapshot that the last backup has read, for telling in which ranges a file has changed since. Whatever hinders
 * that (the snapshot is gone, the file was made anew, the service does not know the question) is no failure: then nothing is
 * told, and the file is read as a whole.
 */
import type { ShareClient, ShareFileClient } from "@azure/storage-file-share";
import type { ByteRanges } from "../../../core/byte-range.js";
import { displayPath } from "../display-path.js";
import type { EarlierFile, SourceEntry } from "../source.js";
import { AzureFailure } from "./failures.js";
import { findFile } from "./find-child.js";
import { listChangedRanges } from "./range-list.js";

/** Codes that concern one file; any other refusal would be given for the next file as well. */
const OF_ONE_FILE: ReadonlySet<string> = new Set([
  "FileGenerationMismatch",
  "ResourceNotFound",
  "ParentNotFound",
  "ResourceTypeMismatch",
]);

export interface PreviousStateOptions {
  /** Id of the share snapshot. */
  readonly id: string;
  /** The share as it was then. */
  readonly share: ShareClient;
  /** The folder that is backed up. */
  readonly folder: readonly string[];
  /** Told why nothing is known of a file, or from now on of any. */
  readonly onUnknown: (path: string, failure: AzureFailure) => void;
}

/** Makes a request, with retry; throws AzureFailure. */
type Request = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

export class PreviousState {
  readonly #options: PreviousStateOptions;
  #isUseless = false;

  constructor(options: PreviousStateOptions) {
    this.#options = options;
  }

  /**
   * @param file as it is read now
   * @param before what it must have been then: is it not, the ranges would be those of another change
   */
  async changedRanges(
    file: ShareFileClient,
    entry: SourceEntry,
    before: EarlierFile,
    request: Request,
  ): Promise<ByteRanges | undefined> {
    if (this.#isUseless || entry.sourceId === undefined) return undefined;
    try {
      const { share, folder } = this.#options;
      const earlier = await findFile({ share, folder, request }, before.path);
      if (!earlier || !isSame(earlier, before) || earlier.sourceId !== entry.sourceId) return undefined;
      return await this.#differences(file, entry, request);
    } catch (error) {
      if (!(error instanceof AzureFailure)) throw error;
      this.#isUseless ||= error.code === undefined || !OF_ONE_FILE.has(error.code);
      this.#options.onUnknown(displayPath(before.path), error);
      return undefined;
    }
  }

  async #differences(file: ShareFileClient, entry: SourceEntry, request: Request): Promise<ByteRanges | undefined> {
    const { id } = this.#options;
    const { ranges, sizeBytes } = await request((abortSignal) => listChangedRanges(file, id, abortSignal));
    return sizeBytes === entry.sizeBytes ? ranges : undefined;
  }
}

function isSame(found: SourceEntry, before: EarlierFile): boolean {
  return (
    found.signature === before.signature && found.sizeBytes === before.sizeBytes && found.mtimeNs === before.mtimeNs
  );
}
