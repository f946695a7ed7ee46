// HMAC-SHA256 over a string to sign, compared without telling how much of it was right.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Base64 signature of a text under an account's base64 key. */
export function sign(text: string, accountKey: string): string {
  return createHmac("sha256", Buffer.from(accountKey, "base64")).update(text, "utf8").digest("base64");
}

export function signatureMatches(given: string, text: string, accountKey: string): boolean {
  const wanted = Buffer.from(sign(text, accountKey));
  const found = Buffer.from(given);
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}
