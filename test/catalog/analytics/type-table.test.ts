import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extensionOf, TypeTable } from "../../../catalog/analytics/type-table.js";

describe("an extension", () => {
  it.each([
    ["report.PDF", "pdf"],
    ["a.tar.gz", "gz"],
    ["README", ""],
    [".profile", ""],
    ["..hidden", ""],
    [".config.json", "json"],
    ["ends with.", ""],
    ["1. A chapter", ""],
    ["x.0123456789abcdef", "0123456789abcdef"],
    ["x.0123456789abcdef0", ""],
    ["Übersicht.ÄÖ", "äö"],
  ])("of %s is %j", (name, extension) => expect(extensionOf(name)).toBe(extension));
});

describe("the table of types", () => {
  it("counts every extension exactly as long as there are not too many", () => {
    const table = new TypeTable();
    for (const [name, size] of [
      ["a.txt", 1],
      ["b.TXT", 2],
      ["c.pdf", 9],
      ["none", 4],
    ] as const) {
      table.add(name, size);
    }
    expect(table.types(2)).toEqual({
      largest: [
        { extension: "pdf", files: 1, bytes: 9 },
        { extension: "", files: 1, bytes: 4 },
      ],
      others: { files: 2, bytes: 3 },
      extensions: 3,
      missingBytes: 0,
    });
  });

  it("keeps its memory and its promise however many there are: nothing is lost, and no more is missing than it says", () => {
    const files = fc.array(fc.tuple(fc.nat(30), fc.nat(50)), { maxLength: 300 });
    fc.assert(
      fc.property(files, fc.integer({ min: 2, max: 12 }), (all, limit) => {
        const table = new TypeTable(limit);
        const truth = new Map<string, number>();
        for (const [extension, size] of all) {
          table.add(`x.${extension}`, size);
          truth.set(String(extension), (truth.get(String(extension)) ?? 0) + size);
        }
        const { largest, others, extensions, missingBytes } = table.types(5);
        expect(extensions).toBe(truth.size <= limit ? truth.size : undefined);
        expect([...largest, others].reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
          all.reduce((sum, [, size]) => sum + size, 0),
        );
        expect([...largest, others].reduce((sum, tally) => sum + tally.files, 0)).toBe(all.length);
        for (const { extension, bytes } of largest) {
          const missing = (truth.get(extension) ?? 0) - bytes;
          expect(missing).toBeGreaterThanOrEqual(0);
          expect(missing).toBeLessThanOrEqual(missingBytes);
        }
      }),
    );
  });
});
