import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signatureOf } from "../../../daemon/sources/signature.js";

describe("signatureOf", () => {
  it("is what catalogs of all versions hold", () => {
    expect(signatureOf([])).toBe(2_872_998_923);
    expect(signatureOf([12, 1_795_168_800_123_456_700n, "0x8DD", undefined, "ä🙂"])).toBe(1_034_483_197);
  });

  it("tells fields apart by their borders, and nothing from the empty text", () => {
    const all = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["abc", undefined], ["", "abc"], [undefined, "abc"]];
    expect(new Set(all.map(signatureOf)).size).toBe(all.length);
  });

  it("is an unsigned 32-bit integer, equal for equal fields", () => {
    const field = fc.oneof(fc.string({ unit: "grapheme" }), fc.bigInt(), fc.integer(), fc.constant(undefined));
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const signature = signatureOf(fields);
        expect(signature).toBe(signature >>> 0);
        expect(signatureOf([...fields])).toBe(signature);
      }),
    );
  });

  it("hardly ever gives one number to two of many like inputs", () => {
    const seen = new Set<number>();
    for (let n = 0; n < 20_000; n++) seen.add(signatureOf([n, 1_700_000_000_000_000_000n + BigInt(n), undefined]));
    // 20 000 of 2^32: 0.05 collisions are to be expected.
    expect(seen.size).toBeGreaterThan(19_997);
  });
});
