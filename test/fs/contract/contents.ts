// What the whole of a mounted snapshot comes to, and a large file of it: what depends on the store most.
import { open } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { compareTrees } from "../../support/tree/model.js";
import { readTree } from "../../support/tree/local.js";
import { BIG_BYTES, BIG_FILE, noise } from "../support/trees.js";
import type { Served } from "./served-share.js";

export function describeContents(get: () => Served): void {
  describe("contents", () => {
    let original: string;
    let mounted: string;

    beforeEach(() => {
      ({ original, mounted } = get());
    });

    it("has the kinds, names, sizes, contents and times of the original", async () => {
      expect(compareTrees(await readTree(mounted), await readTree(original), { directoryTimes: true })).toEqual([]);
    });

    it("reads a large file at any place, and nothing behind its end", async () => {
      const whole = noise(BIG_BYTES, "big");
      await using file = await open(join(mounted, BIG_FILE));
      const at = async (offset: number, length: number): Promise<Buffer> => {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      };
      const places = [
        0,
        1,
        4095,
        4096,
        1048575,
        1048576,
        131071,
        20_971_519,
        BIG_BYTES - 10,
        BIG_BYTES - 1,
        33_333_333,
      ];
      for (const offset of places) {
        for (const length of [1, 4096, 300_000]) {
          const wanted = whole.subarray(offset, offset + length);
          expect(Buffer.compare(await at(offset, length), wanted)).toBe(0);
        }
      }
      for (const offset of [BIG_BYTES, BIG_BYTES + 1, 2 ** 40]) expect(await at(offset, 10)).toHaveLength(0);
    });
  });
}
