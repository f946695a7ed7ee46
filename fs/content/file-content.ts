/** What files hold, as whoever answers for them reads it. */
import type { ContentId } from "../../core/ids.js";
import type { MaybePromise } from "../maybe-promise.js";

export interface ReadOptions {
  /** Ends the waiting with the signal's reason; a fetch that others may wait for goes on. */
  readonly signal?: AbortSignal | undefined;
}

export interface FileContent {
  /**
   * @param sizeBytes the size of the whole content, as its entry says
   * @param offset where to start; at or behind the end nothing is read
   * @returns `lengthBytes` bytes, fewer only at the end of the content. They may be shared: do not write to them
   * @throws DamagedError when what is stored is missing or wrong; StoreError when the store fails; ElsewhereError
   */
  read(
    contentId: ContentId,
    sizeBytes: number,
    offset: number,
    lengthBytes: number,
    options?: ReadOptions,
  ): MaybePromise<Uint8Array>;
}
