/**
 * A key slot: the share's key, wrapped by something that a person or a service keeps. Any one of a share's slots opens it;
 * slots come and go without anything else being written anew.
 */
import type { ShareName } from "../../core/names.js";
import type { Secret } from "../../core/secret.js";
import type { TimeNs } from "../../core/time.js";
import type { ScryptCost } from "./scrypt-cost.js";

declare const brand: unique symbol;
/** 16 lower-case hexadecimal digits, random. */
export type KeySlotId = string & { readonly [brand]: "KeySlotId" };

export function isKeySlotId(text: string): text is KeySlotId {
  return /^[0-9a-f]{16}$/.test(text);
}

/** What opens a slot. */
export type KeySecret =
  | { readonly kind: "passphrase"; readonly passphrase: Secret }
  /** The whole content of the file, a character a byte (latin1). */
  | { readonly kind: "key-file"; readonly content: Secret };

export interface KeySlot {
  readonly share: ShareName;
  readonly id: KeySlotId;
  readonly kind: KeySecret["kind"];
  /** For people; "" when there is none. Whoever sees the store can read it. */
  readonly label: string;
  readonly createdAt: TimeNs;
  /** undefined for a key file. */
  readonly cost: ScryptCost | undefined;
  readonly salt: Uint8Array;
  /** Which key is in it, without opening it: as share.fb has it. */
  readonly keyCheck: Uint8Array;
  /** The share's key in sealed form. */
  readonly wrapped: Uint8Array;
}
