import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FastCdc } from "../../../store/content/fastcdc.js";
import { GEAR } from "../../../store/content/gear.js";

const SIZES = { chunkMinBytes: 1024, chunkAverageBytes: 4096, chunkMaxBytes: 16_384 };

/** Bytes without a pattern, the same each time: SHA-256 of a counter. */
function noise(length: number, seed = 0): Buffer {
  const bytes = Buffer.alloc(Math.ceil(length / 32) * 32);
  for (let i = 0; i < bytes.length; i += 32) createHash("sha256").update(`${seed}:${i}`).digest().copy(bytes, i);
  return bytes.subarray(0, length);
}

function cut(pieces: readonly Uint8Array[], sizes = SIZES): Uint8Array[] {
  const chunker = new FastCdc(sizes);
  const chunks = pieces.flatMap((piece) => [...chunker.push(piece)]);
  const last = chunker.finish();
  return last ? [...chunks, last] : chunks;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("has the gear table of the format", () => {
  expect(sha256(new Uint8Array(GEAR.buffer))).toBe("9bfc1edbdd8f331482fb0bf8b74f63f24c81b10e776c5fab919a913206687569");
});

test("cuts where the format says, for ever", () => {
  const lengths = cut([noise(200_000)]).map(({ length }) => length);
  expect(sha256(Buffer.from(lengths.join(",")))).toBe(
    "5b490cf9e824259af20124919b7a7dbf2d019865018af26adfb53d70445eed91",
  );
  const large = cut([noise(12_000_000)], {
    chunkMinBytes: 512 << 10,
    chunkAverageBytes: 2 << 20,
    chunkMaxBytes: 8 << 20,
  });
  expect(large.map(({ length }) => length)).toEqual([3_398_217, 2_402_204, 2_410_686, 702_351, 2_313_401, 773_141]);
});

/** The rule as docs/format.md words it, with no thought of speed. */
function naiveLengths(content: Uint8Array): number[] {
  const lengths: number[] = [];
  for (let start = 0, end = 0; start < content.length; start = end) {
    for (end = start + SIZES.chunkMinBytes + 1; end < content.length; end++) {
      let hash = 0;
      for (let i = end - 32; i < end; i++) hash = (Math.imul(hash, 2) + (GEAR[content[i] ?? 0] ?? 0)) >>> 0;
      const zeros = Math.clz32(hash);
      const length = end - start;
      if (zeros >= (length <= SIZES.chunkAverageBytes ? 14 : 10) || length === SIZES.chunkMaxBytes) break;
    }
    end = Math.min(end, content.length);
    lengths.push(end - start);
  }
  return lengths;
}

test("cuts by the rule of the format", () => {
  for (const seed of [11, 12, 13]) {
    const content = noise(150_000, seed);
    expect(cut([content]).map(({ length }) => length)).toEqual(naiveLengths(content));
  }
});

test("gives back every byte in order, in chunks of allowed sizes", () => {
  const content = noise(500_000);
  const chunks = cut([content]);
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
  for (const [i, chunk] of chunks.entries()) {
    expect(chunk.length).toBeLessThanOrEqual(SIZES.chunkMaxBytes);
    if (i < chunks.length - 1) expect(chunk.length).toBeGreaterThan(SIZES.chunkMinBytes);
  }
  const average = content.length / chunks.length;
  expect(average).toBeGreaterThan(SIZES.chunkAverageBytes * 0.8);
  expect(average).toBeLessThan(SIZES.chunkAverageBytes * 1.5);
});

test("cuts at the largest size where the content has no pattern to cut at", () => {
  const lengths = cut([Buffer.alloc(40_000)]).map(({ length }) => length);
  expect(lengths.slice(0, -1).every((length) => length === SIZES.chunkMaxBytes)).toBe(true);
});

test("gives nothing for nothing, and a short content as one chunk", () => {
  expect(cut([])).toEqual([]);
  expect(cut([new Uint8Array(0)])).toEqual([]);
  expect(cut([noise(10)])).toEqual([noise(10)]);
});

test("cuts alike however the content arrives", () => {
  const content = noise(120_000, 7);
  const expected = cut([content]).map(sha256);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 40 }), (lengths) => {
      const pieces: Uint8Array[] = [];
      let at = 0;
      for (const length of lengths) pieces.push(content.subarray(at, (at += length)));
      expect(cut([...pieces, content.subarray(at)]).map(sha256)).toEqual(expected);
    }),
    { numRuns: 80 },
  );
  expect(cut([...content].map((byte) => Uint8Array.of(byte))).map(sha256)).toEqual(expected);
});

test("begins anew after the end of a content", () => {
  const chunker = new FastCdc(SIZES);
  const once = () => [...chunker.push(noise(50_000)), chunker.finish()].map((chunk) => chunk?.length);
  expect(once()).toEqual(once());
});

test("finds its cuts again behind an insertion at the front", () => {
  const content = noise(2_000_000, 3);
  const before = new Set(cut([content]).map(sha256));
  const after = cut([Uint8Array.of(1), content]).map(sha256);
  expect(after.filter((chunk) => before.has(chunk)).length).toBeGreaterThan(after.length * 0.95);
});

test("copies nothing when a chunk lies within one piece", () => {
  const content = noise(100_000);
  expect(cut([content]).every((chunk) => chunk.buffer === content.buffer)).toBe(true);
});
