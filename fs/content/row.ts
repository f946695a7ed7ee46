/**
 * Whether small files are read in a row, as whoever copies a folder does: contents have their ids in the order of a tree, so those that
 * come next lie next. Each thread sees only some of what is read, so steps may be a little longer than one.
 */
import type { BundleId, ContentId } from "../../core/ids.js";

/** Further than this is another place. */
const LONGEST_STEP = 16;

export interface RowPlace {
  readonly contentId: ContentId;
  readonly bundleId: BundleId;
}

export class Row {
  #last = Number.NEGATIVE_INFINITY;
  #bundleId: BundleId | undefined;
  #goesOn = false;

  /** @param bundleId undefined when it was not looked up: then it is taken for the one before */
  saw(contentId: ContentId, bundleId: BundleId | undefined): void {
    const step = contentId - this.#last;
    this.#goesOn = step > 0 && step <= LONGEST_STEP;
    this.#last = contentId;
    this.#bundleId = bundleId ?? this.#bundleId;
  }

  /** Where the row stands, once after each content; undefined when there is none. */
  take(): RowPlace | undefined {
    const goesOn = this.#goesOn;
    this.#goesOn = false;
    return goesOn && this.#bundleId !== undefined
      ? { contentId: this.#last as ContentId, bundleId: this.#bundleId }
      : undefined;
  }
}
