/**
 * Making a share: its first key, where it is to be encrypted, and then share.fb, which makes it exist. So whatever ends this, no
 * share exists that nobody can open; a key without a share is removed by whoever makes the share after all.
 */
import type { Clock } from "../../core/clock.js";
import { SharestrataError } from "../../core/errors.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import { keyCheck } from "../crypto/aes-sealing.js";
import { KeyStore, type NewKeySlot } from "../crypto/key-store.js";
import { newShareKey } from "../crypto/share-key.js";
import { ObjectNames } from "../object-names.js";
import type { IoOptions, ObjectStore } from "../object-store.js";
import { expectNoSnapshots } from "./read-share.js";
import { encodeShare, type ShareRecord } from "./share-codec.js";
import { shareSettings, type ShareSettings } from "./share-settings.js";
import type { UnlockedShare } from "./unlock-share.js";

export interface MakeOptions extends IoOptions {
  readonly clock: Clock;
  /** The first key of a share that is to be encrypted. */
  readonly lock?: Omit<NewKeySlot, "createdAt"> | undefined;
}

/** @throws SharestrataError `ALREADY_EXISTS`, `CONFIG_INVALID`; DamagedError where snapshots are left of a share; StoreError */
export async function makeShare(
  objects: ObjectStore,
  share: ShareName,
  settings: Partial<ShareSettings>,
  options: MakeOptions,
): Promise<UnlockedShare> {
  const { clock, lock } = options;
  const names = new ObjectNames(share);
  const key = lock && newShareKey();
  const check = key && keyCheck(key, share);
  const record: ShareRecord = { share, createdAt: clock.now(), settings: shareSettings(settings), keyCheck: check };
  if (await objects.stat(names.share, options)) throw existing(objects, share);
  await expectNoSnapshots(objects, share, options);
  const keys = new KeyStore({ objects, names, ...record });
  const slot = key && check && (await keys.add(key, check, { ...lock, createdAt: record.createdAt }, options));
  if (!(await objects.putIfAbsent(names.share, encodeShare(names.share, record), options))) {
    if (slot) await keys.delete(slot.id, options);
    throw existing(objects, share);
  }
  await keys.removeStrangers(options);
  return { record, opened: key && slot && { key, slot: slot.id } };
}

function existing({ uri }: ObjectStore, name: ShareName): SharestrataError {
  const share = formatShareName(name);
  return new SharestrataError("ALREADY_EXISTS", `The store ${uri} already holds the share ${share}.`, {
    share,
    store: uri,
  });
}
