import { describe, expect, it } from "vitest";
import type { BundleId, ContentId } from "../../../core/ids.js";
import { Row } from "../../../fs/content/row.js";

const content = (id: number): ContentId => id as ContentId;
const bundle = 7 as BundleId;

describe("small files that are read", () => {
  it("are a row from the second on, also where another thread has read some in between", () => {
    const row = new Row();
    row.saw(content(1), bundle);
    expect(row.take()).toBeUndefined();
    row.saw(content(100), bundle);
    for (const next of [101, 103, 110]) {
      row.saw(content(next), bundle);
      expect(row.take()).toEqual({ contentId: next, bundleId: bundle });
      expect(row.take()).toBeUndefined();
    }
  });

  it("are no row backwards, again, or far apart", () => {
    const row = new Row();
    row.saw(content(100), bundle);
    for (const next of [99, 99, 500, 20]) {
      row.saw(content(next), bundle);
      expect(row.take()).toBeUndefined();
    }
  });

  it("go on in the same bundle when one of them was in memory", () => {
    const row = new Row();
    row.saw(content(1), bundle);
    row.saw(content(2), undefined);
    expect(row.take()).toEqual({ contentId: 2, bundleId: bundle });
  });
});
