/** What a store says of a share before anybody has opened it: its record, and its keys. */
import { SharestrataError } from "../../core/errors.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import { KeyStore } from "../crypto/key-store.js";
import { ObjectNames } from "../object-names.js";
import type { IoOptions, ObjectStore } from "../object-store.js";
import { decodeShare, type ShareRecord } from "./share-codec.js";

export interface FoundShare {
  readonly record: ShareRecord;
  readonly keys: KeyStore;
}

/** @throws SharestrataError `STORE_UNINITIALISED`, `NEWER_FORMAT`; DamagedError; StoreError */
export async function readShare(objects: ObjectStore, share: ShareName, options: IoOptions = {}): Promise<FoundShare> {
  const names = new ObjectNames(share);
  const object = await objects.get(names.share, options);
  if (object === undefined) {
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
