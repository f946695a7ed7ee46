/**
 * Wrapping the share's key: sealed under a key that comes from a passphrase (scrypt) or a key file (HKDF), bound to the
 * full name of the slot's object, and so to share and slot.
 */
import { randomBytes, scrypt } from "node:crypto";
import { openBytes, sealBytes, SEALED_OVERHEAD_BYTES } from "./aes-gcm.js";
import { hkdfExpand, hkdfExtract } from "./hkdf.js";
import type { KeySecret, KeySlot } from "./key-slot.js";
import type { ScryptCost } from "./scrypt-cost.js";
import { SHARE_KEY_BYTES, type ShareKey } from "./sealing.js";

export const SALT_BYTES = 32;
export const WRAPPED_BYTES = SHARE_KEY_BYTES + SEALED_OVERHEAD_BYTES;
const KEY_FILE_INFO = "sharestrata 1 key file";

export type Wrapping = Pick<KeySlot, "salt" | "cost" | "wrapped">;

/** @param name of the slot's object @param cost where the secret is a passphrase */
export async function wrapKey(name: string, key: ShareKey, secret: KeySecret, cost: ScryptCost): Promise<Wrapping> {
  const parts = { salt: randomBytes(SALT_BYTES), cost: secret.kind === "passphrase" ? cost : undefined };
  return { ...parts, wrapped: sealBytes(await wrappingKey(secret, parts), key, boundTo(name)) };
}

/** @returns undefined when the secret does not open it */
export async function unwrapKey(name: string, slot: Wrapping, secret: KeySecret): Promise<ShareKey | undefined> {
  const wrapping = await wrappingKey(secret, slot);
  try {
    return openBytes(wrapping, slot.wrapped, boundTo(name)) as Uint8Array as ShareKey;
  } catch {
    // GCM says no more than that something is not what it was sealed with, which a wrong secret explains.
    return undefined;
  }
}

const boundTo = (name: string): Uint8Array => Buffer.from(name, "latin1");

async function wrappingKey(secret: KeySecret, { salt, cost }: Omit<Wrapping, "wrapped">): Promise<Uint8Array> {
  if (secret.kind === "key-file") {
    return hkdfExpand(hkdfExtract(Buffer.from(secret.content.reveal(), "latin1"), salt), KEY_FILE_INFO);
  }
  if (cost === undefined) throw new RangeError("A passphrase without a cost opens nothing.");
  return scryptKey(secret.passphrase.reveal(), salt, cost);
}

function scryptKey(passphrase: string, salt: Uint8Array, { n, r, p }: ScryptCost): Promise<Uint8Array> {
  // node refuses to use more than 32 MiB unless told; what the working set takes besides is less than this much.
  const maxmem = 128 * r * (n + p + 2) + 2 ** 20;
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, SHARE_KEY_BYTES, { N: n, r, p, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
