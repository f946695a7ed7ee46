/** The key of a share: made once, by chance alone, and never stored but wrapped. */
import { randomBytes } from "node:crypto";
import { SHARE_KEY_BYTES, type ShareKey } from "./sealing.js";

export function newShareKey(): ShareKey {
  return randomBytes(SHARE_KEY_BYTES) as Uint8Array as ShareKey;
}
