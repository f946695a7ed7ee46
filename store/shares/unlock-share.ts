/** Reading what a share is and, where it is encrypted, getting at its key. */
import type { ShareName } from "../../core/names.js";
import { keyCheck } from "../crypto/aes-sealing.js";
import { cannotUnlock, type OpenedSlot, type Unlock } from "../crypto/unlock.js";
import { damaged } from "../envelope.js";
import { ObjectNames } from "../object-names.js";
import type { IoOptions, ObjectStore } from "../object-store.js";
import { readShare } from "./read-share.js";
import type { ShareRecord } from "./share-codec.js";

export interface UnlockedShare {
  readonly record: ShareRecord;
  /** undefined where it is not encrypted. */
  readonly opened: OpenedSlot | undefined;
}

export interface UnlockOptions extends IoOptions {
  /** Asked when the share is encrypted, and only then. */
  readonly unlock?: Unlock | undefined;
}

/**
 * @throws SharestrataError `STORE_UNINITIALISED`, `NEWER_FORMAT`, `KEY_REQUIRED`, `WRONG_KEY`; DamagedError, also when it has no
 * key left; StoreError
 */
export async function unlockShare(
  objects: ObjectStore,
  share: ShareName,
  options: UnlockOptions,
): Promise<UnlockedShare> {
  const { record, keys } = await readShare(objects, share, options);
  if (record.keyCheck === undefined) return { record, opened: undefined };
  const names = new ObjectNames(share);
  const { slots, unreadable } = await keys.list(options);
  if (slots.length === 0) {
    throw unreadable[0] ?? damaged(names.share, "has no key left: what it says of the share cannot be read any more");
  }
  const { unlock = cannotUnlock } = options;
  const opened = await unlock({ share, slots, nameOf: (slot) => names.key(slot) });
  if (Buffer.compare(keyCheck(opened.key, share), record.keyCheck) !== 0) {
    throw damaged(names.share, `is of another key than ${names.key(opened.slot)}`);
  }
  return { record, opened };
}
