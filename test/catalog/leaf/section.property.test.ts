import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeLeaf, decodeSection, encodeLeaf, encodeSection, verifyLeaf } from "../../../catalog/leaf/leaf.js";
import { compareEntries, LIVE, type LeafEntry } from "../../../catalog/leaf/leaf-entry.js";
import { DamagedError } from "../../../core/errors.js";
import type { NodeId } from "../../../core/ids.js";
import { nameProblem } from "../../../core/names.js";
import { compareUtf8 } from "../../../core/utf8-order.js";

const id = fc.oneof(fc.nat({ max: 2000 }), fc.integer({ min: 1, max: 2 ** 48 }));
const name = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
    fc.constantFrom("a", "ab", "abc", "report 1", "ä", "😀"),
  )
  .filter((text) => nameProblem(text) === undefined);

const entry: fc.Arbitrary<LeafEntry> = fc
  .record({
    name,
    kind: fc.constantFrom("directory" as const, "file" as const, "symlink" as const),
    nodeId: id,
    version: id,
    until: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 5000 })),
    mtimeNs: fc.oneof(
      fc.bigInt({ min: -(2n ** 55n), max: 2n ** 61n }),
      fc.bigInt({ min: 0n, max: 2n ** 54n }).map((ticks) => ticks * 100n),
      fc.constant(1_700_000_000_000_000_000n),
    ),
    sizeBytes: fc.oneof(fc.nat({ max: 5 }), fc.integer({ min: 0, max: 2 ** 42 })),
    contentId: id,
    xorhash: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    signature: fc.nat({ max: 0xffff_ffff }),
    posixId: fc.nat({ max: 300 }),
  })
  .map((raw) => {
    const live = raw.until === LIVE;
    return {
      ...raw,
      sizeBytes: raw.kind === "directory" ? 0 : raw.sizeBytes,
      contentId: raw.kind === "file" ? raw.contentId : 0,
      xorhash: raw.kind === "file" && live ? raw.xorhash : 0n,
      signature: live ? raw.signature : 0,
    } as LeafEntry;
  });

/** In order, no two with one name and one end. */
const entries = fc
  .uniqueArray(entry, { minLength: 1, maxLength: 40, selector: (one) => `${one.name}\0${one.until}` })
  .map((all) => all.toSorted(compareEntries));

describe("a section", () => {
  it("gives back every entry as it was", () => {
    fc.assert(
      fc.property(id, entries, (directory, all) => {
        expect(decodeSection(encodeSection(directory as NodeId, all))).toEqual(all);
      }),
    );
  });

  it("of a fresh directory costs its names, times, sizes and hashes, and three bytes an entry besides", () => {
    const all = Array.from({ length: 50 }, (_, index) => ({
      name: `IMG_2026-${String(index).padStart(4, "0")}.jpg`,
      kind: "file" as const,
      nodeId: 1_000_000 + index,
      version: 1_000_000 + index,
      until: LIVE,
      mtimeNs: 1_700_000_000_123_456_700n + BigInt(index) * 3_000_000_000n,
      sizeBytes: 3_000_000 + index,
      contentId: 900_000 + index,
      xorhash: 0xffff_ffff_ffff_ffffn,
      signature: 0xffff_ffff,
      posixId: 0,
    })) as unknown as LeafEntry[];
    const { bytes } = encodeSection(500 as NodeId, all);
    // Flags, name lengths, 5 to 6 of the name, time 1 + 3, size 4, hashes 12.
    expect(bytes.length / all.length).toBeLessThan(3 + 6 + 4 + 4 + 12);
  });
});

describe("a leaf", () => {
  const sections = fc
    .uniqueArray(fc.tuple(id, entries), { minLength: 1, maxLength: 4, selector: ([directory]) => directory })
    .map((all) =>
      all.toSorted(([a], [b]) => a - b).map(([directory, of]) => encodeSection(directory as NodeId, of.slice(0, 6))),
    );

  it("gives back its sections", () => {
    fc.assert(
      fc.property(sections, (all) => {
        const leaf = encodeLeaf(all);
        const back = decodeLeaf(verifyLeaf(leaf));
        expect(back.map(({ directory }) => directory)).toEqual(all.map(({ directory }) => directory));
        expect(back.map(decodeSection)).toEqual(all.map(decodeSection));
      }),
    );
  });

  it("tells any flipped bit and any missing byte", () => {
    fc.assert(
      fc.property(sections, fc.nat(), fc.nat({ max: 7 }), (all, position, bit) => {
        const leaf = encodeLeaf(all);
        const flipped = Buffer.from(leaf);
        flipped[position % leaf.length]! ^= 1 << bit;
        expect(() => verifyLeaf(flipped)).toThrow(DamagedError);
        expect(() => verifyLeaf(leaf.subarray(0, position % leaf.length))).toThrow(DamagedError);
      }),
    );
  });

  it("whose checksum is right but whose section is damaged ends in an error or in entries, never in a hang or crash", () => {
    fc.assert(
      fc.property(
        sections,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
        (all, damage) => {
          const [first] = all;
          if (!first) return;
          const bytes = Buffer.from(first.bytes);
          for (const [position, value] of damage) bytes[position % bytes.length] = value;
          try {
            decodeSection({ ...first, bytes });
          } catch (error) {
            expect(error).toBeInstanceOf(DamagedError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

it("orders names as their UTF-8 bytes are ordered", () => {
  const text = fc.string({ unit: "binary", maxLength: 6 }).filter((one) => !/[\ud800-\udfff]/u.test(one));
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});
