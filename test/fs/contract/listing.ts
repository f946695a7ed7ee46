// How folders are listed: with buffers of every size, from every place, by several at a time.
import { lstat, opendir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { getdents, probe, probeObstacle } from "../support/probe.js";
import { run } from "../support/run.js";
import { CROWD, crowdName } from "../support/wide-tree.js";
import type { TransportFacts } from "../support/transports.js";
import { when, type Served } from "./served-share.js";

const TYPE = { directory: 4, file: 8, symlink: 10 } as const;

export function describeListing(get: () => Served, { sameInodes }: TransportFacts): void {
  describe("listing", () => {
    let served: Served;
    let crowd: string;

    beforeEach((ctx) => {
      const obstacle = probeObstacle();
      if (obstacle !== undefined) ctx.skip(obstacle);
      served = get();
      crowd = join(served.mounted, "crowd");
    });

    const wanted = [".", "..", ...Array.from({ length: CROWD }, (_, n) => crowdName(n))].toSorted();

    it.each([232, 300, 1000, 4096, 32_768, 1 << 20])(
      "tells every name once with a buffer of %d bytes",
      async (bytes) => {
        const names = (await getdents(crowd, bytes)).map(({ name }) => name);
        expect(names.toSorted()).toEqual(wanted);
        // In the same order whatever the buffer, or seeking would not work.
        expect(names).toEqual((await getdents(crowd, 65_536)).map(({ name }) => name));
      },
    );

    it("refuses a buffer that is too small for a name, and nothing is lost by that", async () => {
      // . and .. fit.
      expect(await probe("getdents", crowd, 64)).toMatch(/\nerror EINVAL$/);
      expect(await probe("getdents", crowd, 10)).toBe("error EINVAL");
      expect(await getdents(crowd, 4096)).toHaveLength(CROWD + 2);
    });

    it("goes on from any place it has told of", async () => {
      const all = await getdents(crowd, 4096);
      const rest = async (from: string): Promise<readonly string[]> =>
        (await getdents(crowd, 4096, from)).map(({ name }) => name);
      for (const index of [0, 1, 2, 3, 17, 18, 600, CROWD, CROWD + 1]) {
        const from = all[index]?.offset ?? "";
        expect(await rest(from)).toEqual(all.slice(index + 1).map(({ name }) => name));
      }
      expect(await rest("0")).toHaveLength(CROWD + 2);
    });

    it("has places that differ, rise, and are the same for everybody", async () => {
      const lists = await Promise.all([300, 4096, 65_536].map((bytes) => getdents(crowd, bytes)));
      const [first] = lists.map((list) => list.map(({ offset }) => BigInt(offset)));
      expect(lists.map((list) => list.map(({ offset }) => offset))).toEqual(
        lists.map(() => lists[0]?.map(({ offset }) => offset)),
      );
      expect(first?.every((offset, index) => index === 0 || offset > (first[index - 1] ?? 0n))).toBe(true);
    });

    it("is at its end behind the end", async () => {
      expect(await getdents(crowd, 4096, "100000000")).toEqual([]);
    });

    it("begins anew after rewinddir, while others are in the middle", async () => {
      const script = `opendir(my $a, $ARGV[0]) or die; opendir(my $b, $ARGV[0]) or die; my ($first, @rest) = readdir $a;
        readdir $b for 1..500; rewinddir $a; my $again = readdir $a; my $left = () = readdir $b; print "$first $again $left"`;
      const { stdout } = await run("perl", ["-e", script, crowd]);
      expect(stdout).toBe(`. . ${CROWD + 2 - 500}`);
    });

    it("is whole for each of many that list at a time", async () => {
      const list = async (bufferSize: number): Promise<number> => {
        const names = new Set<string>();
        for await (const entry of await opendir(crowd, { bufferSize })) names.add(entry.name);
        return names.size;
      };
      const sizes = await Promise.all(Array.from({ length: 16 }, (_, n) => list(1 + n * 7)));
      expect(new Set(sizes)).toEqual(new Set([CROWD]));
    });

    it("tells of each entry its kind, as lstat does", async () => {
      for (const { name, type } of await getdents(served.mounted, 4096)) {
        const found = await lstat(join(served.mounted, name));
        const kind = found.isDirectory() ? "directory" : found.isSymbolicLink() ? "symlink" : "file";
        expect([name, type]).toEqual([name, TYPE[kind]]);
      }
    });

    when(sameInodes)("tells the inode numbers that stat tells, of . and .. too", async () => {
      for (const folder of [served.mounted, join(served.mounted, "deep"), join(served.mounted, "deep", "a")]) {
        for (const { name, inode } of await getdents(folder, 4096)) {
          // Above the snapshot is what the mount is made of, and not what is stored.
          if (folder === served.mounted && name === "..") continue;
          expect([name, inode]).toEqual([name, (await lstat(join(folder, name), { bigint: true })).ino]);
        }
      }
    });

    it("shows an empty folder as . and ..", async () => {
      expect((await getdents(join(served.mounted, "empty folder"), 4096)).map(({ name }) => name)).toEqual([".", ".."]);
    });

    it("has no loops, and as many links that find takes for none to be counted by", async () => {
      expect((await stat(crowd)).nlink).toBe(1);
      const wantedCount = Number(
        (await run("sh", ["-c", `cd '${served.original}' && find . -type f -printf . | wc -c`])).stdout,
      );
      const found = await run("find", [served.mounted, "-type", "f", "-printf", "."]);
      expect(found).toMatchObject({ status: 0, stderr: "" });
      expect(found.stdout).toHaveLength(wantedCount);
    });

    it("is the same after the kernel has forgotten everything", async () => {
      const before = await readdir(served.mounted);
      await run("sh", ["-c", "echo 2 > /proc/sys/vm/drop_caches"]);
      expect(await readdir(served.mounted)).toEqual(before);
      expect(await readdir(crowd)).toHaveLength(CROWD);
    });
  });
}
