/** Getting at the key of an encrypted share: the interface, and the way by a secret that is known already. */
import { SharestrataError } from "../../core/errors.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import type { KeySecret, KeySlot, KeySlotId } from "./key-slot.js";
import { unwrapKey } from "./key-wrap.js";
import type { ShareKey } from "./sealing.js";

export interface LockedShare {
  readonly share: ShareName;
  /** At least one. */
  readonly slots: readonly KeySlot[];
  /** Name of a slot's object. */
  readonly nameOf: (slot: KeySlotId) => string;
}

export interface OpenedSlot {
  readonly key: ShareKey;
  readonly slot: KeySlotId;
}

/**
 * Asked when an encrypted share is opened, and never for others.
 * @throws SharestrataError `KEY_REQUIRED` when there is nothing to open it with, `WRONG_KEY` when it does not open
 */
export type Unlock = (locked: LockedShare) => Promise<OpenedSlot>;

/** Opens whatever the secret opens: slots are tried one after another, as each may take memory. */
export function unlockWith(secret: KeySecret): Unlock {
  return async ({ share, slots, nameOf }) => {
    const fitting = slots.filter(({ kind }) => kind === secret.kind);
    for (const slot of fitting) {
      const key = await unwrapKey(nameOf(slot.id), slot, secret);
      if (key) return { key, slot: slot.id };
    }
    const name = formatShareName(share);
    const what = secret.kind === "passphrase" ? "passphrase" : "key file";
    const message =
      fitting.length > 0
        ? `The ${what} does not open ${name}: it is not one of the share, or was changed since.`
        : `The share ${name} is opened by a ${secret.kind === "passphrase" ? "key file, not by a passphrase" : "passphrase, not by a key file"}.`;
    throw new SharestrataError("WRONG_KEY", message, { share: name });
  };
}

/** Where nobody has said how. */
export const cannotUnlock: Unlock = ({ share }) => {
  const name = formatShareName(share);
  const message = `The share ${name} is encrypted: its passphrase or key file is needed.`;
  return Promise.reject(new SharestrataError("KEY_REQUIRED", message, { share: name }));
};
