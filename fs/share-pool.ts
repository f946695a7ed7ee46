/** Shares that are open, or will be when they are asked for. */
import type { ShareName } from "../core/names.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { OpenShare } from "./open-share.js";

export interface SharePool extends AsyncDisposable {
  /** Those that are open now. */
  opened(): Iterable<OpenShare>;
  /**
   * @throws FileSystemError `EIO` when it cannot be opened; the reason is in the log and in `cause`. ElsewhereError when it is
   * not for this thread to open it
   */
  open(name: ShareName): MaybePromise<OpenShare>;
}
