import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeLeaf, verifyLeaf } from "../../../catalog/leaf/leaf.js";
import { FIRST_KEY } from "../../../catalog/leaf/leaf-key.js";
import { LeafBuilder } from "../../../catalog/leaf/leaf-builder.js";
import { LEAF_BYTES, LEAF_CAPACITY } from "../../../catalog/leaf/leaf-format.js";
import { decodeSection, encodeSection, type Piece, type Section } from "../../../catalog/leaf/section.js";
import { LIVE, type LeafEntry } from "../../../catalog/leaf/leaf-entry.js";
import { DamagedError } from "../../../core/errors.js";
import type { NodeId } from "../../../core/ids.js";
import { compareUtf8 } from "../../../core/utf8-order.js";
import { anyEntries, anyId } from "./support/entries.js";

describe("a section", () => {
  it("gives back every entry as it was", () => {
    fc.assert(
      fc.property(anyId, anyEntries, (directory, all) => {
        expect(decodeSection(encodeSection({ directory: directory as NodeId, entries: all }))).toEqual(all);
      }),
    );
  });

  it("of a fresh directory costs its names, times, sizes and hashes, and three bytes an entry besides", () => {
    const { bytes } = encodeSection({ directory: 500 as NodeId, entries: fresh(50) });
    // Flags, name lengths, 5 to 6 of the name, time 1 + 3, size 4, hashes 12.
    expect(bytes.length / 50).toBeLessThan(3 + 6 + 4 + 4 + 12);
  });

  it.each([
    ["was changed since", { version: 7_000_000, contentId: 5_000_000 }],
    ["was moved here", { nodeId: 17, version: 7_000_000 }],
    ["is a directory", { kind: "directory", sizeBytes: 0, contentId: 0, xorhash: 0n }],
    ["is empty", { sizeBytes: 0, contentId: 0, xorhash: 0n }],
  ])("whose first entry %s costs hardly more for it", (_what, first) => {
    const all = fresh(50);
    const changed = [{ ...all[0], ...first } as unknown as LeafEntry, ...all.slice(1)];
    const [before, after] = [all, changed].map((entries) => encodeSection({ directory: 500 as NodeId, entries }).end);
    expect(after).toBeLessThanOrEqual((before ?? 0) + 16);
  });
});

/** As a camera's folder is backed up for the first time. */
function fresh(count: number): LeafEntry[] {
  return Array.from({ length: count }, (_, index) => ({
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
}

function leafOf(sections: readonly Section[]): Buffer {
  const [leaf] = leavesOf(LEAF_CAPACITY, [sections]);
  return leaf as Buffer;
}

function leavesOf(limitBytes: number, calls: readonly (readonly Piece[])[]): readonly Buffer[] {
  const leaves: Buffer[] = [];
  const builder = new LeafBuilder(FIRST_KEY, limitBytes, (_key, leaf) => void leaves.push(leaf));
  for (const pieces of calls) builder.add(pieces);
  builder.finish();
  return leaves;
}

describe("leaves in a row", () => {
  const directories = fc
    .uniqueArray(fc.tuple(anyId, anyEntries, fc.array(fc.nat({ max: 40 }), { maxLength: 3 })), {
      minLength: 1,
      maxLength: 12,
      selector: ([directory]) => directory,
    })
    .map((all) => all.toSorted(([a], [b]) => a - b));

  it("hold every entry in order, whatever was cut or joined, in leaves that are full but for an entry", () => {
    fc.assert(
      fc.property(
        directories,
        fc.array(fc.boolean(), { minLength: 1 }),
        fc.integer({ min: 1500, max: LEAF_CAPACITY }),
        fc.nat({ max: 20 }),
        (all, isOpen, limit, callAt) => {
          const pieces = all.flatMap(([directory, of, cuts]) => cutAt(directory as NodeId, of, cuts));
          const given = pieces.map((piece, index) => (isOpen[index % isOpen.length] ? piece : encodeSection(piece)));
          const leaves = leavesOf(limit, [given.slice(0, callAt), given.slice(callAt)]);
          const back = leaves.flatMap((leaf) => decodeLeaf(verifyLeaf(leaf)));
          const flat = back.flatMap((section) => decodeSection(section).map((one) => [section.directory, one]));
          expect(flat).toEqual(all.flatMap(([directory, of]) => of.map((one) => [directory, one])));
          for (const leaf of leaves) {
            const inLeaf = decodeLeaf(leaf).map((section) => section.directory);
            expect(inLeaf).toEqual([...new Set(inLeaf)]);
            expect(leaf.length).toBeLessThanOrEqual(LEAF_BYTES);
          }
          // An entry here takes at most some 200 bytes, and less than 160 are not worth a cut.
          for (const leaf of leaves.slice(0, -1)) expect(leaf.length).toBeGreaterThan(limit - 400);
        },
      ),
    );
  });

  function cutAt(directory: NodeId, of: readonly LeafEntry[], cuts: readonly number[]) {
    const places = [...new Set([0, ...cuts.filter((cut) => cut < of.length), of.length])].toSorted((a, b) => a - b);
    return places
      .slice(1)
      .map((end, index) => ({ directory, entries: of.slice(places[index], end) }))
      .filter((piece) => piece.entries.length > 0);
  }
});

describe("a leaf", () => {
  const sections = fc
    .uniqueArray(fc.tuple(anyId, anyEntries), { minLength: 1, maxLength: 4, selector: ([directory]) => directory })
    .map((all) =>
      all
        .toSorted(([a], [b]) => a - b)
        .map(([directory, of]) => encodeSection({ directory: directory as NodeId, entries: of.slice(0, 6) })),
    );

  it("gives back its sections", () => {
    fc.assert(
      fc.property(sections, (all) => {
        const leaf = leafOf(all);
        const back = decodeLeaf(verifyLeaf(leaf));
        expect(back.map(({ directory }) => directory)).toEqual(all.map(({ directory }) => directory));
        expect(back.map(decodeSection)).toEqual(all.map(decodeSection));
      }),
    );
  });

  it("tells any flipped bit and any missing byte", () => {
    fc.assert(
      fc.property(sections, fc.nat(), fc.nat({ max: 7 }), (all, position, bit) => {
        const leaf = leafOf(all);
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
