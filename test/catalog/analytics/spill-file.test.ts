import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { SpillFile } from "../../../catalog/analytics/spill-file.js";
import { requireCapability } from "../../support/requires.js";
import { temporaryDirectory } from "../../support/tmp.js";

const block = (fill: number): Uint8Array => new Uint8Array(64).fill(fill);

describe("a spill file", () => {
  it("gives blocks back in any order, and uses their places again", async () => {
    await using folder = await temporaryDirectory();
    using file = new SpillFile(folder.path, 64);
    const numbers = [1, 2, 3].map((fill) => file.write(block(fill)));
    const into = block(0);
    file.take(numbers[1] ?? -1, into);
    expect(into).toEqual(block(2));
    const again = file.write(block(4));
    expect(file.bytes).toBe(3 * 64);
    for (const [number, fill] of [
      [numbers[2], 3],
      [again, 4],
      [numbers[0], 1],
    ] as const) {
      file.take(number ?? -1, into);
      expect(into).toEqual(block(fill));
    }
  });

  it("leaves room on the disk for others, and says so with STORE_FULL", async (ctx) => {
    requireCapability(ctx, "linux", "root");
    await using folder = await temporaryDirectory();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "none", folder.path]);
    try {
      using file = new SpillFile(folder.path, 64);
      expect(() => file.write(block(1))).toThrow(expect.objectContaining({ code: "STORE_FULL" }));
      expect(await readdir(folder.path)).toEqual([]);
    } finally {
      execFileSync("umount", [folder.path]);
    }
  });
});
