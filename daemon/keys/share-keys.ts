/** The keys of a share, changed on behalf of somebody who can open it. No stored content is written anew. */
import type { Clock } from "../../core/clock.js";
import { SharestrataError } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import type { KeySecret, KeySlot, KeySlotId } from "../../store/crypto/key-slot.js";
import { isKeySlotId } from "../../store/crypto/key-slot.js";
import type { KeySlots, KeyStore } from "../../store/crypto/key-store.js";
import { openObjectStore } from "../../store/open-store.js";
import { readShare } from "../../store/shares/read-share.js";
import type { ShareStore } from "../../store/share-store.js";
import type { ShareSettings } from "../config/config.js";
import type { OpenOptions } from "../shares/open-share.js";
import { openShareStore } from "../shares/open-store.js";

/** What a new key is made of. */
export interface NewKey {
  readonly secret: KeySecret;
  readonly label: string;
  readonly clock: Clock;
}

/** @throws SharestrataError `USAGE` when the share is not encrypted; what opening the store throws. Nothing is unlocked. */
export async function listKeys(share: ShareSettings, { signal }: OpenOptions): Promise<KeySlots> {
  await using objects = await openObjectStore(share.store, { signal });
  const { record, keys } = await readShare(objects, share.name, { signal });
  if (record.keyCheck === undefined) throw notEncrypted(share);
  return await keys.list({ signal });
}

/** @param make is asked for the new key once the share is open @returns the new slot */
export async function addKey(
  share: ShareSettings,
  make: () => Promise<NewKey>,
  options: OpenOptions,
): Promise<KeySlot> {
  return withOpened(share, options, async (store) => add(store, await make(), options));
}

/**
 * Puts a new key in the place of the one that opened the share: first the new one, then the old one goes, so that whatever
 * ends it leaves one of them or both.
 */
export async function rotateKey(
  share: ShareSettings,
  make: () => Promise<NewKey>,
  options: OpenOptions,
): Promise<{ readonly added: KeySlot; readonly removed: KeySlotId }> {
  return withOpened(share, options, async (store, removed) => {
    const added = await add(store, await make(), options);
    await store.keys.remove(removed, { signal: options.signal });
    return { added, removed };
  });
}

/** @param id as `listKeys` tells it @throws SharestrataError `USAGE` when there is no such key, or no other */
export async function removeKey(share: ShareSettings, id: string, options: OpenOptions): Promise<void> {
  await withOpened(share, options, ({ keys }) => remove(keys, share, id, options));
}

async function remove(keys: KeyStore, share: ShareSettings, id: string, { signal }: OpenOptions): Promise<void> {
  if (isKeySlotId(id)) return keys.remove(id, { signal });
  const name = formatShareName(share.name);
  throw new SharestrataError("USAGE", `"${id}" is no id of a key: sharestrata key list ${name} shows them.`);
}

function add(store: ShareStore, { secret, label, clock }: NewKey, { signal }: OpenOptions): Promise<KeySlot> {
  return store.addKey({ secret, label, createdAt: clock.now() }, { signal });
}

async function withOpened<T>(
  share: ShareSettings,
  options: OpenOptions,
  work: (store: ShareStore, openedBy: KeySlotId) => Promise<T>,
): Promise<T> {
  await using objects = await openObjectStore(share.store, { signal: options.signal });
  const store = await openShareStore(objects, share, options);
  if (store.openedBy === undefined) throw notEncrypted(share);
  return await work(store, store.openedBy);
}

function notEncrypted({ name }: ShareSettings): SharestrataError {
  const share = formatShareName(name);
  return new SharestrataError("USAGE", `The share ${share} is not encrypted: it has no keys.`, { share });
}
