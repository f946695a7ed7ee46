/**
 * Nothing proves share.fb: whoever can write to the store could have made it say that nothing is encrypted. Then the next backup
 * would store everything in the open, and contents could be put there that no key has sealed. A machine that has backed the
 * share up has a copy of it.
 */
import { DamagedError, SharestrataError } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import type { ShareStore } from "../../store/share-store.js";
import { decodeShare, type ShareRecord } from "../../store/shares/share-codec.js";
import type { RecordCopies } from "./record-copies.js";

const NOTHING = new Uint8Array(0);

/** @throws DamagedError when this machine knows otherwise how the share is encrypted */
export async function expectKnownShare({ share, names, record }: ShareStore, copies: RecordCopies): Promise<void> {
  const copy = await copies.get(names.share);
  const known = copy && decoded(() => decodeShare(names.share, share, copy));
  if (!known || Buffer.compare(known.keyCheck ?? NOTHING, record.keyCheck ?? NOTHING) === 0) return;
  // A share of the same name that was made anew has another time. It is refused as well, and in other words.
  if (known.createdAt !== record.createdAt) return;
  throw new DamagedError(
    `The object ${names.share} in the store was changed: it says otherwise how the share is encrypted than it did before.`,
    { where: names.share, share: formatShareName(share) },
  );
}

/** @returns undefined for a copy that is damaged, which says nothing */
function decoded(decode: () => ShareRecord): ShareRecord | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof SharestrataError) return undefined;
    throw error;
  }
}
