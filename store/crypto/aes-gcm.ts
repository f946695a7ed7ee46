/**
 * The sealed form of bytes: a random nonce (12 bytes), the AES-256-GCM ciphertext, the tag (16 bytes). The nonce is
 * random because a put may be tried again with other bytes under the same name, and so under the same key.
 */
import { createCipheriv, createDecipheriv, randomFillSync } from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** By how much the sealed form is longer. */
export const SEALED_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** @param key 32 bytes @param bound is authenticated, and not part of the result */
export function sealBytes(key: Uint8Array, plain: Uint8Array, bound: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafeSlow(plain.length + SEALED_OVERHEAD_BYTES);
  sealBytesInto(key, plain, bound, sealed);
  return sealed;
}

/** As `sealBytes`. @param into as long as the sealed form */
export function sealBytesInto(key: Uint8Array, plain: Uint8Array, bound: Uint8Array, into: Uint8Array): void {
  if (into.length !== plain.length + SEALED_OVERHEAD_BYTES) throw new RangeError(`${into.length} bytes do not fit.`);
  const nonce = into.subarray(0, NONCE_BYTES);
  nonce.set(freshNonce());
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(bound);
  // This mode gives all of it at once: neither begins nor ends with a part of a block.
  into.set(cipher.update(plain), NONCE_BYTES);
  cipher.final();
  into.set(cipher.getAuthTag(), into.length - TAG_BYTES);
}

/** Random bytes that no nonce was taken of yet: asking for twelve costs as much as for some thousands. */
const random = Buffer.alloc(512 * NONCE_BYTES);
let randomAt = random.length;

/** @returns what is overwritten later, and never given out twice */
function freshNonce(): Uint8Array {
  if (randomAt === random.length) {
    randomFillSync(random);
    randomAt = 0;
  }
  return random.subarray(randomAt, (randomAt += NONCE_BYTES));
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
