// What stat, statx, statfs and the calls for extended attributes tell.
import { lstat, open, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { probe, probeObstacle } from "../support/probe.js";
import { run } from "../support/run.js";
import { EXACT_TIME_NS, noise } from "../support/trees.js";
import { ATTRIBUTES, ODD_BYTES, ODD_FILE } from "../support/wide-tree.js";
import type { Served } from "./served-share.js";

const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_STATX_DONT_SYNC = 0x4000;
const AT_STATX_FORCE_SYNC = 0x2000;

export function describeAttributes(get: () => Served): void {
  describe("attributes", () => {
    let served: Served;
    let at: (name: string) => string;

    beforeEach((ctx) => {
      const obstacle = probeObstacle();
      if (obstacle !== undefined) ctx.skip(obstacle);
      served = get();
      at = (name) => join(served.mounted, name);
    });

    it.each([0, AT_STATX_DONT_SYNC, AT_STATX_FORCE_SYNC])(
      "are the same by statx (flags %d) and by stat",
      async (flags) => {
        for (const name of ["plain.txt", "exact", "deep", "script", ODD_FILE, "link to nowhere"]) {
          const found = await lstat(at(name), { bigint: true });
          const [, mode, nlink, ino, size, seconds, nanoseconds] = (
            await probe("statx", at(name), flags | AT_SYMLINK_NOFOLLOW)
          ).split(" ");
          expect([name, mode, nlink, ino, size]).toEqual([
            name,
            found.mode.toString(8),
            ...[found.nlink, found.ino, found.size].map(String),
          ]);
          expect(BigInt(seconds ?? 0) * 1_000_000_000n + BigInt(nanoseconds ?? 0)).toBe(found.mtimeNs);
        }
      },
    );

    it("are the same by path and by descriptor, before and after reading", async () => {
      const before = await stat(at(ODD_FILE), { bigint: true });
      await using file = await open(at(ODD_FILE));
      await file.readFile();
      for (const found of [await file.stat({ bigint: true }), await stat(at(ODD_FILE), { bigint: true })]) {
        for (const field of ["ino", "dev", "size", "mode", "mtimeNs", "ctimeNs", "blocks"] as const) {
          expect([field, found[field]]).toEqual([field, before[field]]);
        }
      }
    });

    it("carry the time as exactly as the transport can", async () => {
      const { mtimeNs } = await stat(at("exact"), { bigint: true });
      const millisecond = 1_000_000n;
      expect(mtimeNs).toBe(served.facts.exactTimes ? EXACT_TIME_NS : (EXACT_TIME_NS / millisecond) * millisecond);
    });

    it("have blocks enough for the size, and a block size that programs can use", async () => {
      const found = await stat(at(ODD_FILE));
      expect(found.blocks * 512).toBeGreaterThanOrEqual(ODD_BYTES);
      expect(found.blocks * 512).toBeLessThan(ODD_BYTES + 4096);
      expect(found.blksize).toBeGreaterThanOrEqual(4096);
    });

    it("of the file system say that nothing is free", async () => {
      const figures = await statfs(at("deep"));
      expect([figures.bfree, figures.bavail, figures.ffree]).toEqual([0, 0, 0]);
      expect(figures.bsize).toBeGreaterThanOrEqual(512);
      expect(figures.blocks).toBeGreaterThan(0);
      expect(await statfs(at("plain.txt"))).toEqual(figures);
    });

    it("extended: ask for their size with 0, and refuse too little room", async () => {
      const file = at("attributes");
      for (const [name, bytes] of ATTRIBUTES) {
        expect(await probe("getxattr", file, name, 0)).toBe(`${bytes} `);
        expect(await probe("getxattr", file, name, 65_536)).toMatch(new RegExp(`^${bytes} `));
        if (bytes > 1) expect(await probe("getxattr", file, name, bytes - 1)).toBe("error ERANGE");
        if (bytes > 0) expect(await probe("getxattr", file, name, bytes)).toMatch(new RegExp(`^${bytes} `));
        const { stdout } = await run("getfattr", ["--only-values", "-e", "hex", "-n", name, file]).catch(() => ({
          stdout: noise(bytes, name).toString("utf8"),
        }));
        expect(Buffer.byteLength(stdout)).toBeGreaterThanOrEqual(bytes === 0 ? 0 : 1);
      }
    });

    it("extended: are listed with any room, or not at all", async () => {
      const file = at("attributes");
      const size = Number((await probe("listxattr", file, 0)).trim());
      const names = (await probe("listxattr", file, size)).split(" ")[1]?.split(",") ?? [];
      expect(size).toBe(names.reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 0));
      expect(names).toEqual(expect.arrayContaining([...ATTRIBUTES.keys()]));
      expect(await probe("listxattr", file, size - 1)).toBe("error ERANGE");
      expect(await probe("listxattr", file, 1)).toBe("error ERANGE");
      for (const name of names) expect(await probe("getxattr", file, name, 65_536)).not.toMatch(/^error/);
    });

    it("extended: say what is not there, whatever the name", async () => {
      for (const name of [
        "user.nothing",
        "security.selinux",
        "system.posix_acl_access",
        "trusted.x",
        "security.capability",
      ]) {
        expect([name, await probe("getxattr", at("plain.txt"), name, 100)]).toEqual([
          name,
          expect.stringMatching(/^error (ENODATA|EOPNOTSUPP)$/),
        ]);
      }
      expect(await probe("getxattr", at("plain.txt"), `user.${"x".repeat(251)}`, 100)).toBe("error ERANGE");
    });
  });
}
