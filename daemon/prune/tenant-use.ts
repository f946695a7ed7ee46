/** What other shares of the tenant need of a share that shares its contents with them. */
import type { ContentId } from "../../core/ids.js";

export interface TenantUse {
  /**
   * Calls `add` with every content of the share that another one refers to, or may refer to again.
   * @param isLast whether what is not needed is deleted now: then nothing can be told of a share whose backup may be running
   * @returns false when that cannot be told now: then all that is published has to count as needed
   * @throws StoreError; the signal's reason
   */
  collect(add: (contentId: ContentId) => void, isLast: boolean): Promise<boolean>;
  /**
   * Whether a backup of another share may be running that has begun with older knowledge of this one.
   * @throws StoreError; the signal's reason
   */
  isAnyRunning(): Promise<boolean>;
}
