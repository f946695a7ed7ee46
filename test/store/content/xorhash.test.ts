import fc from "fast-check";
import { expect, test } from "vitest";
import { blockHash, xorhash, Xorhasher, XORHASH_BLOCK_BYTES } from "../../../store/content/xorhash.js";

/** Bytes that differ everywhere. */
function sample(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, x = seed; i < length; i++) bytes[i] = x = (x * 1103515245 + 12345) >>> 7;
  return bytes;
}

const block = (bytes: Uint8Array, index: number): Uint8Array =>
  bytes.subarray(index * XORHASH_BLOCK_BYTES, (index + 1) * XORHASH_BLOCK_BYTES);

test("hashes a block as XXH3_64bits_withSeed does in C", () => {
  expect(blockHash(0, new Uint8Array(0))).toBe(0x2d06800538d394c2n);
  expect(blockHash(1, Buffer.from("a"))).toBe(0xd2f6d0996f37a720n);
});

test("is 0 for nothing, and the XOR of its blocks' hashes for the rest", () => {
  expect(xorhash(new Uint8Array(0))).toBe(0n);
  expect(new Xorhasher().digest()).toBe(0n);
  const bytes = sample(2 * XORHASH_BLOCK_BYTES + 5);
  expect(xorhash(bytes)).toBe(
    blockHash(0, block(bytes, 0)) ^ blockHash(1, block(bytes, 1)) ^ blockHash(2, block(bytes, 2)),
  );
});

test("is the same however the content is cut into pieces", () => {
  const bytes = sample(3 * XORHASH_BLOCK_BYTES + 1234);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 150_000 }), { maxLength: 12 }), (lengths) => {
      const hasher = new Xorhasher();
      let at = 0;
      for (const length of lengths) hasher.update(bytes.subarray(at, (at += length)));
      expect(hasher.update(bytes.subarray(at)).digest()).toBe(xorhash(bytes));
    }),
    { numRuns: 60 },
  );
});

test("may be asked in between without harm", () => {
  const bytes = sample(100_000);
  const hasher = new Xorhasher().update(bytes.subarray(0, 70_000));
  expect(hasher.digest()).toBe(xorhash(bytes.subarray(0, 70_000)));
  expect(hasher.update(bytes.subarray(70_000)).digest()).toBe(xorhash(bytes));
});

test("notices blocks that trade places, equal blocks, and zeros at the end", () => {
  const bytes = sample(2 * XORHASH_BLOCK_BYTES);
  const swapped = Buffer.concat([block(bytes, 1), block(bytes, 0)]);
  expect(xorhash(swapped)).not.toBe(xorhash(bytes));
  expect(xorhash(Buffer.alloc(2 * XORHASH_BLOCK_BYTES))).not.toBe(0n);
  expect(xorhash(Buffer.alloc(10))).not.toBe(xorhash(Buffer.alloc(11)));
});

test("follows from the changed blocks alone, also when the content grows or shrinks", () => {
  const before = sample(3 * XORHASH_BLOCK_BYTES + 100);
  for (const length of [3 * XORHASH_BLOCK_BYTES + 100, 5 * XORHASH_BLOCK_BYTES + 7, XORHASH_BLOCK_BYTES + 1, 0]) {
    const after = new Uint8Array(length);
    after.set(before.subarray(0, length));
    if (length > 10) after[10] = 77;
    const blocks = Math.ceil(Math.max(length, before.length) / XORHASH_BLOCK_BYTES);
    let value = xorhash(before);
    for (let index = 0; index < blocks; index++) {
      if (Buffer.compare(block(before, index), block(after, index)) === 0) continue;
      value ^= new Xorhasher(index).update(block(before, index)).digest();
      value ^= new Xorhasher(index).update(block(after, index)).digest();
    }
    expect(value).toBe(xorhash(after));
  }
});
