import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { HashFilter } from "../../../catalog/hashed/hash-filter.js";

const hashOf = (text: string): Buffer => hash("sha256", text, "buffer").subarray(0, 16);

describe("a filter of hashes", () => {
  it("never says no to what it was given, and seldom yes to anything else", () => {
    const filter = new HashFilter();
    for (let n = 0; n < 50_000; n++) filter.add(hashOf(`had ${n}`));
    let missed = 0;
    let mistaken = 0;
    for (let n = 0; n < 50_000; n++) {
      if (!filter.mayHave(hashOf(`had ${n}`))) missed++;
      if (filter.mayHave(hashOf(`not had ${n}`))) mistaken++;
    }
    expect(missed).toBe(0);
    expect(mistaken).toBeLessThan(5);
  });
});
