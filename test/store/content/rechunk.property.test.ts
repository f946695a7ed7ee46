// Cutting a changed content anew where it has changed gives what cutting all of it gives, and the xorhash follows.
import fc from "fast-check";
import { expect, test } from "vitest";
import { before, joined, totalBytes, type ByteRange, type ByteRanges } from "../../../core/byte-range.js";
import { FastCdc, type ChunkSizes } from "../../../store/content/fastcdc.js";
import { changedBlocks, Rechunking } from "../../../store/content/rechunk.js";
import { StretchHasher } from "../../../store/content/stretch-hasher.js";
import { xorhash } from "../../../store/content/xorhash.js";
import { noise } from "../support/content.js";

const SIZES: ChunkSizes = { chunkMinBytes: 64, chunkAverageBytes: 128, chunkMaxBytes: 512 };

function cut(bytes: Uint8Array): Uint8Array[] {
  const chunker = new FastCdc(SIZES);
  const chunks = [...chunker.push(bytes)];
  const last = chunker.finish();
  return last ? [...chunks, last] : chunks;
}

const lengthsOf = (chunks: readonly Uint8Array[]): number[] => chunks.map(({ length }) => length);

/** The new content's chunks made from the old ones, and what was read for it. */
async function recut(old: readonly Uint8Array[], after: Uint8Array, changed: ByteRanges, pieceBytes = 100) {
  const reads: ByteRange[] = [];
  const rechunking = new Rechunking(lengthsOf(old), after.length, changed);
  const chunks: Uint8Array[] = [];
  const read = async function* (range: ByteRange): AsyncGenerator<Uint8Array> {
    reads.push(range);
    for (let at = range.start; at < range.end; at += pieceBytes) {
      yield after.subarray(at, Math.min(at + pieceBytes, range.end));
    }
  };
  for await (const found of rechunking.run(new FastCdc(SIZES), read)) {
    chunks.push(found.kind === "kept" ? (old[found.index] ?? new Uint8Array(0)) : found.chunk);
  }
  return { chunks, reads, rechunking };
}

interface Edit {
  readonly at: number;
  readonly length: number;
  /** Bytes are replaced by noise, or by those that stand elsewhere. */
  readonly from: number | undefined;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(20_000),
  length: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 })),
  from: fc.option(fc.nat(20_000), { nil: undefined }),
});

/** Noise, in which some stretches repeat one byte, so that the largest size cuts as well. */
function content(length: number, seed: number, flat: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from(noise(length, seed));
  for (const at of flat) bytes.fill(at & 1, at, at + 1500);
  return bytes;
}

function edited(old: Uint8Array, length: number, edits: readonly Edit[]): { after: Uint8Array; ranges: ByteRange[] } {
  const after = new Uint8Array(length);
  after.set(old.subarray(0, length));
  after.set(noise(Math.max(0, length - old.length), 99), Math.min(old.length, length));
  const ranges = edits
    .map(({ at, length: count }) => ({ start: Math.min(at, length), end: Math.min(at + count, length) }))
    .filter(({ start, end }) => start < end);
  for (const [index, { start, end }] of ranges.entries()) {
    const from = edits[index]?.from;
    const bytes = from === undefined ? noise(end - start, index + 7) : old.subarray(from, from + end - start);
    after.set(bytes, start);
  }
  return { after, ranges };
}

const change = fc.record({
  length: fc.integer({ min: 1, max: 20_000 }),
  newLength: fc.option(fc.integer({ min: 1, max: 22_000 }), { nil: undefined }),
  seed: fc.nat(50),
  flat: fc.array(fc.nat(20_000), { maxLength: 2 }),
  edits: fc.array(edit, { maxLength: 4 }),
  overReported: fc.array(edit, { maxLength: 3 }),
  pieceBytes: fc.integer({ min: 1, max: 5000 }),
});

const lengthChange = (one: number, other: number): ByteRange => ({
  start: Math.min(one, other),
  end: Math.max(one, other),
});

test("gives exactly the chunks of the whole content, whatever was changed, added, cut off or reported too much", async () => {
  await fc.assert(
    fc.asyncProperty(change, async ({ length, newLength, seed, flat, edits, overReported, pieceBytes }) => {
      const old = content(length, seed, flat);
      const { after, ranges } = edited(old, newLength ?? length, edits);
      const tooMuch = overReported.map(({ at, length: count }) => ({ start: at, end: at + count }));
      const changed = joined([...ranges, ...tooMuch, lengthChange(old.length, after.length)]);
      const { chunks, reads, rechunking } = await recut(cut(old), after, changed, pieceBytes);
      expect(lengthsOf(chunks)).toEqual(lengthsOf(cut(after)));
      expect(Buffer.concat(chunks).equals(after)).toBe(true);
      // What is read holds every change, ascending, and never more than there is.
      expect(joined(reads)).toEqual(joined(reads.toSorted((a, b) => a.start - b.start)));
      expect(totalBytes(joined([...reads, ...before(changed, after.length)]))).toBe(totalBytes(joined(reads)));
      expect(totalBytes(reads)).toBeGreaterThanOrEqual(rechunking.touchedBytes);
    }),
    { numRuns: 500 },
  );
});

test("reads nothing where nothing has changed, and little around what has", async () => {
  const old = noise(200_000);
  const chunks = cut(old);
  expect((await recut(chunks, old, [])).reads).toEqual([]);
  const { after, ranges } = edited(old, old.length, [{ at: 100_000, length: 100, from: undefined }]);
  const { reads } = await recut(chunks, after, ranges);
  expect(totalBytes(reads)).toBeLessThan(100 + 4 * SIZES.chunkMaxBytes);
});

test("reads the last chunk alone when the content grows, and where it is cut off", async () => {
  const old = noise(50_000);
  const longer = edited(old, 50_010, []).after;
  const chunks = cut(old);
  const lastStart = old.length - (chunks.at(-1)?.length ?? 0);
  expect((await recut(chunks, longer, [{ start: 50_000, end: 50_010 }])).reads).toEqual([
    { start: lastStart, end: 50_010 },
  ]);
  const shorter = old.subarray(0, lastStart - 1);
  const { reads } = await recut(chunks, shorter, []);
  expect(reads).toEqual([{ start: lastStart - (chunks.at(-2)?.length ?? 0), end: shorter.length }]);
  // Cut off where a chunk ends, nothing has to be read at all.
  expect((await recut(chunks, old.subarray(0, lastStart), [])).reads).toEqual([]);
});

const BIG = 5 * 65_536;
test("the xorhash follows from the changed blocks alone", () => {
  fc.assert(
    fc.property(
      fc.record({
        length: fc.nat(BIG),
        newLength: fc.option(fc.nat(BIG + 70_000), { nil: undefined }),
        edits: fc.array(
          fc.record({ at: fc.nat(BIG), length: fc.integer({ min: 1, max: 90_000 }), from: fc.constant(undefined) }),
          { maxLength: 2 },
        ),
        pieceBytes: fc.integer({ min: 500, max: 200_000 }),
      }),
      ({ length, newLength, edits, pieceBytes }) => {
        const old = noise(length);
        const { after, ranges } = edited(old, newLength ?? length, edits);
        const blocks = changedBlocks(ranges, old.length, after.length);
        const shareOf = (bytes: Uint8Array): bigint => {
          const stretches = before(blocks, bytes.length);
          const hasher = new StretchHasher(stretches);
          // Bytes outside the stretches are wrong, and have no say.
          const shown = new Uint8Array(bytes.length).fill(1);
          for (const { start, end } of stretches) shown.set(bytes.subarray(start, end), start);
          for (let at = 0; at < shown.length; at += pieceBytes) hasher.update(at, shown.subarray(at, at + pieceBytes));
          return hasher.digest();
        };
        expect(xorhash(old) ^ shareOf(old) ^ shareOf(after)).toBe(xorhash(after));
      },
    ),
    { numRuns: 60 },
  );
});

test("a stretch of which bytes are missing has no xorhash", () => {
  const hasher = new StretchHasher([{ start: 0, end: 100 }]);
  expect(() => hasher.digest()).toThrow("lacks the bytes at 0");
  hasher.update(0, noise(50));
  expect(() => hasher.update(60, noise(10))).toThrow("lacks the bytes at 50");
});
