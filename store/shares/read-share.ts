/** What a store says of a share before anybody has opened it: its record, and its keys. */
import { DamagedError, SharestrataError } from "../../core/errors.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import { KeyStore } from "../crypto/key-store.js";
import { ObjectNames } from "../object-names.js";
import type { IoOptions, ObjectStore } from "../object-store.js";
import { decodeShare, type ShareRecord } from "./share-codec.js";

export interface FoundShare {
  readonly record: ShareRecord;
  readonly keys: KeyStore;
}

/**
 * @throws SharestrataError `STORE_UNINITIALISED`, `NEWER_FORMAT`; DamagedError, also when there are snapshots but no record of
 * the share; StoreError
 */
export async function readShare(objects: ObjectStore, share: ShareName, options: IoOptions = {}): Promise<FoundShare> {
  const names = new ObjectNames(share);
  const object = await objects.get(names.share, options);
  if (object === undefined) {
    await expectNoSnapshots(objects, share, options);
    const shareText = formatShareName(share);
    throw new SharestrataError(
      "STORE_UNINITIALISED",
      `The store ${objects.uri} holds no share ${shareText} yet: run sharestrata init for it.`,
      { share: shareText, store: objects.uri },
    );
  }
  const record = decodeShare(names.share, share, object);
  return { record, keys: new KeyStore({ objects, names, ...record }) };
}

/**
 * Where there are snapshots, there was a share, and it is not to be made anew: another key would open none of it.
 * @throws DamagedError
 */
export async function expectNoSnapshots(objects: ObjectStore, share: ShareName, options: IoOptions): Promise<void> {
  const names = new ObjectNames(share);
  for await (const { name } of objects.list(names.manifestPrefix, options)) {
    throw new DamagedError(
      `The object ${names.share} in the store is missing, though there is ${name}: put it back from a copy.`,
      { where: names.share, share: formatShareName(share) },
    );
  }
}
