import { execFileSync } from "node:child_process";
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { keyCheck, sealingOf } from "../../../store/crypto/aes-sealing.js";
import { newShareKey } from "../../../store/crypto/share-key.js";
import { SHARE_KEY_BYTES, type ShareKey } from "../../../store/crypto/sealing.js";
import { requireCapability } from "../../support/requires.js";
import { PLAIN, SEALED, shareKey } from "../support/sealing.js";
import { SHARE } from "../support/stores.js";

const bytes = fc.uint8Array({ maxLength: 5000 });
/** What node says of a tag that is not right, and what is said of bytes without one. */
const UNOPENED = /unable to authenticate|too short/;
const objectName = fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}\/[a-z0-9]{1,20}$/);

test("opens what it has sealed, with what was bound to it", () => {
  fc.assert(
    fc.property(objectName, bytes, bytes, (name, plain, bound) => {
      const sealed = SEALED.seal(name, plain, bound);
      expect(sealed.length).toBe(plain.length + SEALED.overheadBytes);
      expect(Buffer.compare(SEALED.open(name, sealed, bound), plain)).toBe(0);
    }),
  );
});

test("opens nothing under another name, with another key, or with something else bound to it", () => {
  fc.assert(
    fc.property(objectName, objectName, bytes, bytes, bytes, (name, other, plain, bound, otherBound) => {
      const sealed = SEALED.seal(name, plain, bound);
      if (name !== other) expect(() => SEALED.open(other, sealed, bound)).toThrow(UNOPENED);
      if (Buffer.compare(bound, otherBound) !== 0)
        expect(() => SEALED.open(name, sealed, otherBound)).toThrow(UNOPENED);
      expect(() => sealingOf(shareKey(2)).open(name, sealed, bound)).toThrow(UNOPENED);
    }),
  );
});

test("opens nothing of which any bit has changed, or that is cut short or goes on", () => {
  const bound = Buffer.from("bound");
  const sealed = SEALED.seal("a/b/c", Buffer.from("some text"), bound);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = Uint8Array.from(sealed);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => SEALED.open("a/b/c", altered, bound)).toThrow(UNOPENED);
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(() => SEALED.open("a/b/c", sealed.subarray(0, length), bound)).toThrow(UNOPENED);
  }
  expect(() => SEALED.open("a/b/c", Buffer.concat([sealed, Uint8Array.of(0)]), bound)).toThrow(UNOPENED);
});

test("seals the same bytes differently each time", () => {
  const plain = Buffer.alloc(100);
  const seen = new Set(
    Array.from({ length: 50 }, () => Buffer.from(SEALED.seal("a/b/c", plain, plain)).toString("hex")),
  );
  expect(seen.size).toBe(50);
  expect(new Set([...seen].map((hex) => hex.slice(0, 24))).size).toBe(50);
});

test("leaves everything as it is where a share is not encrypted", () => {
  const plain = Buffer.from("text");
  expect(PLAIN.seal("a/b/c", plain, plain)).toBe(plain);
  expect(PLAIN.open("a/b/c", plain, plain)).toBe(plain);
  expect(PLAIN.overheadBytes).toBe(0);
});

test("an equal sealing can be made elsewhere of the key that is revealed", () => {
  const key = structuredClone(SEALED.reveal());
  const sealed = SEALED.seal("a/b/c", Buffer.from("text"), Buffer.alloc(0));
  expect(Buffer.from(sealingOf(key as ShareKey).open("a/b/c", sealed, Buffer.alloc(0))).toString()).toBe("text");
});

test("shows its key to nobody who logs it", () => {
  const shown = inspect(SEALED, { showHidden: true, depth: 9 }) + JSON.stringify(SEALED);
  expect(shown).not.toContain("1, 1, 1");
  expect(shown).not.toContain("01 01 01");
});

test("keys are random, and each share's check tells one from another", () => {
  const [one, two] = [newShareKey(), newShareKey()];
  expect(one.length).toBe(SHARE_KEY_BYTES);
  expect(Buffer.compare(one, two)).not.toBe(0);
  expect(Buffer.compare(keyCheck(one, SHARE), keyCheck(one, SHARE))).toBe(0);
  expect(Buffer.compare(keyCheck(one, SHARE), keyCheck(two, SHARE))).not.toBe(0);
  expect(Buffer.compare(keyCheck(one, SHARE), keyCheck(one, { ...SHARE, share: "other" }))).not.toBe(0);
});

test("derives the keys that openssl derives", (ctx) => {
  requireCapability(ctx, "openssl");
  const info = "sharestrata 1 check acme/docs";
  const options = ["digest:SHA256", `hexkey:${"01".repeat(32)}`, `info:${info}`].flatMap((one) => ["-kdfopt", one]);
  const theirs = execFileSync("openssl", ["kdf", "-binary", "-keylen", "32", ...options, "HKDF"]);
  expect(Buffer.compare(keyCheck(shareKey(), SHARE), theirs)).toBe(0);
});
