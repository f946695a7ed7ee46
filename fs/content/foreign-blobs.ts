/** Blobs that a share refers to and another share of its tenant has stored. */
import type { ForeignContent } from "../../core/node.js";

export interface ForeignBlobs {
  /**
   * @returns the blob's plain bytes, verified
   * @throws DamagedError when the other share, or the blob in it, is gone or damaged; whatever opening that share throws
   */
  read(owner: ForeignContent, options?: { readonly signal?: AbortSignal | undefined }): Promise<Uint8Array>;
}
