// What opens shares in tests.
import { Secret } from "../../../core/secret.js";
import type { KeySecret } from "../../../store/crypto/key-slot.js";
import type { ScryptCost } from "../../../store/crypto/scrypt-cost.js";

/** A thousandth of what it costs elsewhere. */
export const CHEAP: ScryptCost = { n: 128, r: 8, p: 1 };

export const passphrase = (text: string): KeySecret => ({ kind: "passphrase", passphrase: new Secret(text) });

/** Costs nothing at all. */
export const keyFile = (number: number): KeySecret => ({
  kind: "key-file",
  content: new Secret(String.fromCharCode(number).repeat(32)),
});
