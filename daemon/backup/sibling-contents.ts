/** What other shares of the tenant have stored: a blob that is there is referred to, and not stored again. */
import type { ForeignContent } from "../../core/node.js";

export interface SiblingContents extends AsyncDisposable {
  /** @param sha256 32 bytes, of a blob's plain bytes @returns undefined when none of them has it, or has it whole */
  find(sha256: Uint8Array): ForeignContent | undefined;
}

export const NO_SIBLINGS: SiblingContents = {
  find: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
