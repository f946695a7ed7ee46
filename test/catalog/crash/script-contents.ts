/** Where the made-up contents of a script lie: of each batch two are blobs of their own, one is a list of these, the others are bundled. */
import { createHash } from "node:crypto";
import type { BundleId, ContentId } from "../../../core/ids.js";
import type { ContentRecord, StoredBundle } from "../../../core/node.js";

const LONE = 2;

export class Contents {
  #next = 1;
  #nextBundle = 1;
  #sizes: number[] = [];

  /** Hands out the content id of one more file of the batch. */
  next(sizeBytes: number): ContentId {
    this.#sizes.push(sizeBytes);
    return (this.#next + this.#sizes.length - 1) as ContentId;
  }

  /** What the batch has stored. */
  take(): { readonly bundles: readonly StoredBundle[]; readonly contents: readonly ContentRecord[] } {
    const first = this.#next;
    const sizes = this.#sizes;
    this.#next += sizes.length;
    this.#sizes = [];
    const bundled = Math.max(0, sizes.length - LONE - 1);
    const bundleId = this.#nextBundle as BundleId;
    if (bundled > 0) this.#nextBundle++;
    const contents = sizes.map((sizeBytes, index): ContentRecord => {
      const contentId = (first + index) as ContentId;
      const own = { contentId, sizeBytes, sha256: createHash("sha256").update(`${contentId}`).digest() };
      if (index < LONE) return { kind: "blob", ...own };
      if (index > LONE) return { kind: "bundled", ...own, bundleId };
      const parts = sizes
        .slice(0, LONE)
        .map((size, part) => ({ contentId: (first + part) as ContentId, sizeBytes: size }));
      return { kind: "list", ...own, parts, partSha256s: Buffer.alloc(32 * parts.length) };
    });
    const bundle = {
      bundleId,
      firstContentId: (first + LONE + 1) as ContentId,
      count: bundled,
      sizeBytes: 1000,
      sha256: createHash("sha256").update(`bundle ${bundleId}`).digest(),
    };
    return { bundles: bundled > 0 ? [bundle] : [], contents };
  }
}
