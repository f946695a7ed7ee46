/** What opens encrypted shares: the interface for all who open them. */
import type { Unlock } from "../../store/crypto/unlock.js";
import type { ShareSettings } from "../config/config.js";

export interface Keys {
  /** Nothing is looked for, and nobody is asked, before the share turns out to be encrypted. */
  unlock(share: Pick<ShareSettings, "name" | "encryption">): Unlock;
}
