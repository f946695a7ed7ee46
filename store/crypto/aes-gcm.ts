/**
 * The sealed form of bytes: a random nonce (12 bytes), the AES-256-GCM ciphertext, the tag (16 bytes). The nonce is
 * random because a put may be tried again with other bytes under the same name, and so under the same key.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** By how much the sealed form is longer. */
export const SEALED_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** @param key 32 bytes @param bound is authenticated, and not part of the result */
export function sealBytes(key: Uint8Array, plain: Uint8Array, bound: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(bound);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when anything is not what it was sealed with */
export function openBytes(key: Uint8Array, sealed: Uint8Array, bound: Uint8Array): Buffer {
  const end = sealed.length - TAG_BYTES;
  if (end < NONCE_BYTES) throw new Error("too short to be sealed");
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(bound).setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, end));
  decipher.final();
  return plain;
}
