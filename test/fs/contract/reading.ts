// How the bytes of a file are read: at every place, in every manner the kernel has.
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../support/tmp.js";
import { probe, probedBytes, probeObstacle } from "../support/probe.js";
import { run } from "../support/run.js";
import { BIG_BYTES, BIG_FILE, noise } from "../support/trees.js";
import { ODD_BYTES, ODD_FILE } from "../support/wide-tree.js";
import type { Served } from "./served-share.js";

const PAGE_BYTES = 4096;

export function describeReading(get: () => Served): void {
  describe("reading", () => {
    let served: Served;
    let odd: string;
    let big: string;
    const oddBytes = noise(ODD_BYTES, "odd");
    const bigBytes = noise(BIG_BYTES, "big");

    beforeEach((ctx) => {
      const obstacle = probeObstacle();
      if (obstacle !== undefined) ctx.skip(obstacle);
      served = get();
      odd = join(served.mounted, ODD_FILE);
      big = join(served.mounted, BIG_FILE);
    });

    it("gives any piece at any place, and not a byte behind the end", async () => {
      await using file = await open(big);
      const place = fc.record({ offset: fc.integer({ min: 0, max: BIG_BYTES + 10 }), length: fc.nat(400_000) });
      await fc.assert(
        fc.asyncProperty(place, async ({ offset, length }) => {
          const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
          expect(Buffer.compare(buffer.subarray(0, bytesRead), bigBytes.subarray(offset, offset + length))).toBe(0);
        }),
        { numRuns: 150 },
      );
    });

    it("gives nothing at and behind the end, and refuses negative offsets", async () => {
      for (const offset of [ODD_BYTES, ODD_BYTES + 1, ODD_BYTES + PAGE_BYTES, 2 ** 40, 2 ** 53]) {
        expect(await probedBytes("pread", odd, offset, 100)).toHaveLength(0);
      }
      expect(await probedBytes("pread", odd, ODD_BYTES - 3, 100)).toEqual(oddBytes.subarray(-3));
      expect(await probe("pread", odd, -1, 10)).toBe("error EINVAL");
      expect(await probe("pread", odd, 2n ** 63n - 1n, 10)).toMatch(/^(error (EINVAL|EOVERFLOW))?$/);
      expect(await probedBytes("pread", odd, 0, 0)).toHaveLength(0);
    });

    it("goes around the page cache with O_DIRECT, where that is let", async (ctx) => {
      const said = await probe("direct", odd, 0, PAGE_BYTES);
      if (said === "error EINVAL") ctx.skip("the kernel lets nobody read with O_DIRECT here");
      for (const [offset, length] of [
        [0, PAGE_BYTES],
        [PAGE_BYTES, 16 * PAGE_BYTES],
        [73 * PAGE_BYTES, 2 * PAGE_BYTES],
        [512, 1024],
        [1, 100],
      ] as const) {
        const wanted = oddBytes.subarray(offset, offset + length);
        expect(Buffer.compare(await probedBytes("direct", odd, offset, length), wanted)).toBe(0);
      }
    });

    it.each([
      [1, "shared"],
      [2, "private"],
    ])("can be mapped into memory (%d: %s), with zeros behind the end", async (sharing) => {
      expect(await probedBytes("mmap", odd, 0, 2 * PAGE_BYTES, sharing)).toEqual(oddBytes.subarray(0, 2 * PAGE_BYTES));
      const lastPage = Math.floor(ODD_BYTES / PAGE_BYTES) * PAGE_BYTES;
      const last = await probedBytes("mmap", odd, lastPage, PAGE_BYTES, sharing);
      expect(last.subarray(0, ODD_BYTES - lastPage)).toEqual(oddBytes.subarray(lastPage));
      expect(last.subarray(ODD_BYTES - lastPage).every((byte) => byte === 0)).toBe(true);
    });

    it.each(["sendfile", "copy_file_range"])("can be copied out by the kernel: %s", async (how) => {
      await using target = await temporaryDirectory();
      const [offset, length] = [12_345, 200_000];
      const said = await probe(how, odd, offset, length, target.join("copy"));
      // Kernels differ on whether they copy ranges between file systems of two kinds.
      if (how === "copy_file_range" && /^error (EXDEV|EINVAL|EOPNOTSUPP)$/.test(said)) return;
      expect(said).toBe(String(length));
      expect(Buffer.compare(await readFile(target.join("copy")), oddBytes.subarray(offset, offset + length))).toBe(0);
    });

    it("can be spliced into a pipe", async () => {
      const found = await probedBytes("splice", odd, 4000, 100_000);
      expect(Buffer.compare(found, oddBytes.subarray(4000, 104_000))).toBe(0);
    });

    it("has no holes before its end", async () => {
      expect(await probe("holes", odd, 5)).toBe(`5 ${ODD_BYTES}`);
      expect(await probe("holes", odd, ODD_BYTES)).toBe("error ENXIO");
    });

    it("is read alike by programs that read each in their way", async () => {
      const script = `set -e; f=$1; dd if="$f" bs=7777 status=none | cksum; cat "$f" | cksum; cksum < "$f"; tail -c +1 "$f" | cksum;
        dd if="$f" bs=1M iflag=fullblock status=none | cksum; head -c 300001 "$f" | cksum; cp "$f" /dev/stdout | cksum`;
      const { stdout, stderr } = await run("sh", ["-c", script, "sh", odd]);
      expect(stderr).toBe("");
      expect(new Set(stdout.trim().split("\n")).size).toBe(1);
      expect(await run("cmp", [odd, join(served.original, ODD_FILE)])).toMatchObject({ status: 0 });
    });

    it("reads backwards, and from both ends at a time", async () => {
      await using file = await open(big);
      const step = 100_003;
      for (let end = BIG_BYTES; end > BIG_BYTES - 40 * step; end -= step) {
        const { buffer } = await file.read(Buffer.alloc(step), 0, step, end - step);
        expect(Buffer.compare(buffer, bigBytes.subarray(end - step, end))).toBe(0);
      }
      const ends = await Promise.all([0, BIG_BYTES - step].map((at) => file.read(Buffer.alloc(step), 0, step, at)));
      expect(Buffer.compare(ends[0]?.buffer ?? Buffer.alloc(0), bigBytes.subarray(0, step))).toBe(0);
      expect(Buffer.compare(ends[1]?.buffer ?? Buffer.alloc(0), bigBytes.subarray(-step))).toBe(0);
    });

    it("serves many readers of many files at a time", async () => {
      const jobs = Array.from({ length: 120 }, async (_, n) => {
        const name = n % 3 === 0 ? ODD_FILE : `many/file ${n}`;
        const found = await readFile(join(served.mounted, name));
        return Buffer.compare(found, await readFile(join(served.original, name)));
      });
      expect(new Set(await Promise.all(jobs))).toEqual(new Set([0]));
    });

    it("lasts in an open file when the kernel forgets it", async () => {
      await using file = await open(odd);
      await run("sh", ["-c", "echo 3 > /proc/sys/vm/drop_caches"]);
      expect(Buffer.compare(await file.readFile(), oddBytes)).toBe(0);
      expect((await file.stat()).size).toBe((await stat(odd)).size);
    });
  });
}
