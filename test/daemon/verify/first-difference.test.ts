import { describe, expect, it } from "vitest";
import { firstDifference } from "../../../daemon/verify/first-difference.js";

describe("the first difference", () => {
  const pieces = async function* (...texts: readonly string[]) {
    for (const text of texts) yield Buffer.from(text);
  };
  it.each([
    [["abc", "def"], ["abcdef"], undefined],
    [["abc", "dXf"], ["ab", "", "cde", "f"], 4],
    [["abc"], ["abcd"], 3],
    [["abc", "d"], ["abc"], 3],
    [[], [], undefined],
    [[], ["", "a"], 0],
  ] as const)("of %j and %j is at %j", async (one, other, at) => {
    expect(await firstDifference(pieces(...one), pieces(...other))).toBe(at);
  });
});
