/** What other shares of the tenant need of a share that shares its contents with them. */
import type { ContentId } from "../../core/ids.js";

export interface TenantUse {
  /**
   * Calls `add` with every content of the share that another one refers to, or may after a restart of what it has begun.
   * @returns false when that cannot be told now: then all that is published has to count as needed
   * @throws StoreError; the signal's reason
   */
  collect(add: (contentId: ContentId) => void): Promise<boolean>;
  /**
   * Whether a backup of another share may be running that has begun with older knowledge of this one.
   * @throws StoreError; the signal's reason
   */
  isAnyRunning(): Promise<boolean>;
}
