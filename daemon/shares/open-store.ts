/** A share of the configuration in its object store, opened with what the configuration, or whoever asks, has for it. */
import { SharestrataError } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import type { IoOptions, ObjectStore } from "../../store/object-store.js";
import { ShareStore } from "../../store/share-store.js";
import type { ShareSettings } from "../config/config.js";
import type { Keys } from "../keys/keys.js";

/**
 * @throws SharestrataError `CONFIG_INVALID` when the share is to be encrypted and is not; what `ShareStore.open` throws
 */
export async function openShareStore(
  objects: ObjectStore,
  share: ShareSettings,
  { signal, keys }: IoOptions & { readonly keys?: Keys | undefined },
): Promise<ShareStore> {
  const store = await ShareStore.open(objects, share.name, { signal, unlock: keys?.unlock(share) });
  // Nothing proves share.fb: whoever can write to the store could have made it say that nothing is encrypted.
  if (share.encryption?.isOwn === true && !store.sealing.isSealed) {
    const { key } = share.encryption.secret;
    const name = formatShareName(share.name);
    throw new SharestrataError(
      "CONFIG_INVALID",
      `${key}: ${name} is to be encrypted, but in its store ${objects.uri} it is not.`,
      { share: name, key },
    );
  }
  return store;
}
