import { describe, expect, it } from "vitest";
import type { ContentId } from "../../../core/ids.js";
import { PartTable } from "../../../fs/content/part-table.js";
import { ReadAhead } from "../../../fs/content/read-ahead.js";

const CONTENT = 1 as ContentId;
const table = new PartTable(
  CONTENT,
  Array.from({ length: 10 }, (_, n) => ({ contentId: (n + 2) as ContentId, sizeBytes: 100 })),
  1000,
);

describe("fetching ahead", () => {
  it("begins with the second read in a row, and tells each part once", () => {
    const ahead = new ReadAhead(3, 1000);
    const told = [0, 0, 1, 1, 2, 3, 6, 9].map((part) => ahead.parts(CONTENT, table, part, part));
    expect(told).toEqual([[], [1, 2, 3], [4], [], [5], [6], [7, 8, 9], []]);
  });

  it("does nothing for reads here and there, and begins anew where a row is left", () => {
    const ahead = new ReadAhead(2, 1000);
    expect([0, 5, 2, 8, 4].flatMap((part) => ahead.parts(CONTENT, table, part, part))).toEqual([]);
    expect(ahead.parts(CONTENT, table, 4, 5)).toEqual([6, 7]);
    expect(ahead.parts(CONTENT, table, 0, 0)).toEqual([]);
    expect(ahead.parts(CONTENT, table, 1, 1)).toEqual([2, 3]);
  });

  it("keeps to its bytes, and contents apart", () => {
    const ahead = new ReadAhead(3, 250);
    ahead.parts(CONTENT, table, 0, 0);
    expect(ahead.parts(2 as ContentId, table, 1, 1)).toEqual([]);
    expect(ahead.parts(CONTENT, table, 1, 1)).toEqual([2, 3]);
  });
});
