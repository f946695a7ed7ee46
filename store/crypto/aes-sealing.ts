/**
 * The sealing of an encrypted share. Each object has a key of its own, derived from the share's key and the object's full
 * name: bytes that lie under another name, in this share or another, do not open. Names of objects hold neither spaces nor
 * anything else that could make one label pass for another.
 */
import { formatShareName, type ShareName } from "../../core/names.js";
import { openBytes, sealBytes, sealBytesInto, SEALED_OVERHEAD_BYTES } from "./aes-gcm.js";
import { hkdfExpand, hkdfExtract } from "./hkdf.js";
import { PLAIN } from "./plain-sealing.js";
import { SHARE_KEY_BYTES, type Sealing, type ShareKey } from "./sealing.js";

const LABEL = "sharestrata 1";
const NO_SALT = new Uint8Array(0);

class AesSealing implements Sealing {
  readonly isSealed = true;
  readonly overheadBytes = SEALED_OVERHEAD_BYTES;
  // Truly private, so that nothing that is logged or printed holds them.
  readonly #key: ShareKey;
  readonly #pseudorandomKey: Uint8Array;
  #last: { readonly name: string; readonly key: Uint8Array } | undefined;

  constructor(key: ShareKey) {
    // A copy: a Buffer may share its memory with others, and would take them along to another thread.
    this.#key = Uint8Array.from(key) as ShareKey;
    this.#pseudorandomKey = hkdfExtract(key, NO_SALT);
  }

  seal(name: string, plain: Uint8Array, bound: Uint8Array): Uint8Array {
    return sealBytes(this.#keyOf(name), plain, bound);
  }

  sealInto(name: string, plain: Uint8Array, bound: Uint8Array, into: Uint8Array): void {
    sealBytesInto(this.#keyOf(name), plain, bound, into);
  }

  open(name: string, sealed: Uint8Array, bound: Uint8Array): Uint8Array {
    return openBytes(this.#keyOf(name), sealed, bound);
  }

  reveal(): ShareKey {
    return this.#key;
  }

  /** The one used last is kept: a bundle's members are sealed one after another. */
  #keyOf(name: string): Uint8Array {
    if (this.#last?.name !== name) {
      this.#last = { name, key: hkdfExpand(this.#pseudorandomKey, `${LABEL} ${name}`) };
    }
    return this.#last.key;
  }
}

/** @param key undefined where nothing is sealed */
export function sealingOf(key: ShareKey | undefined): Sealing {
  if (key === undefined) return PLAIN;
  if (key.length !== SHARE_KEY_BYTES) throw new RangeError(`A key of ${key.length} bytes is none.`);
  return new AesSealing(key);
}

/** What share.fb has of its key, so that a wrong one is told at once: 32 bytes, which say nothing of the key itself. */
export function keyCheck(key: ShareKey, share: ShareName): Uint8Array {
  return hkdfExpand(hkdfExtract(key, NO_SALT), `${LABEL} check ${formatShareName(share)}`);
}
