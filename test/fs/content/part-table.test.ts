import { describe, expect, it } from "vitest";
import { DamagedError } from "../../../core/errors.js";
import type { ContentId } from "../../../core/ids.js";
import { PartTable } from "../../../fs/content/part-table.js";

const id = (n: number): ContentId => n as ContentId;
const table = new PartTable(
  id(9),
  [
    { contentId: id(5), sizeBytes: 10 },
    { contentId: id(6), sizeBytes: 1 },
    { contentId: id(5), sizeBytes: 4 },
  ],
  15,
);

describe("a part table", () => {
  it.each([
    [0, 0],
    [9, 0],
    [10, 1],
    [11, 2],
    [14, 2],
    [15, 3],
    [1e12, 3],
  ])("finds the byte at %d in part %d", (offset, index) => {
    expect(table.indexAt(offset)).toBe(index);
  });

  it("knows where each part begins and ends, the same content at two places included", () => {
    expect([0, 1, 2].map((index) => table.part(index))).toEqual([
      { contentId: 5, start: 0, end: 10 },
      { contentId: 6, start: 10, end: 11 },
      { contentId: 5, start: 11, end: 15 },
    ]);
  });

  it("refuses parts that do not add up to the size, and empty ones", () => {
    const parts = [{ contentId: id(5), sizeBytes: 10 }];
    expect(() => new PartTable(id(9), parts, 11)).toThrow(DamagedError);
    expect(() => new PartTable(id(9), [...parts, { contentId: id(6), sizeBytes: 0 }], 10)).toThrow(/part 1 is empty/);
  });
});
