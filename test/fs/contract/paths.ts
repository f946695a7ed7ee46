// How paths are followed: symlinks in circles, deep folders, long names, and `..`.
import { lstat, readFile, readdir, readlink, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { run } from "../support/run.js";
import { LONG_NAME } from "../support/trees.js";
import { DEEPEST, DEPTH } from "../support/wide-tree.js";
import { codeOf, type Served } from "./served-share.js";

export function describePaths(get: () => Served): void {
  describe("paths", () => {
    let served: Served;
    let mounted: string;

    beforeEach(() => {
      served = get();
      ({ mounted } = served);
    });

    it("with symlinks in circles are refused, and the symlinks are there", async () => {
      for (const name of ["loop", "loop a", "loop b"]) {
        expect(await codeOf(stat(join(mounted, name)))).toBe("ELOOP");
        expect(await codeOf(readFile(join(mounted, name, "x")))).toBe("ELOOP");
        expect((await lstat(join(mounted, name))).isSymbolicLink()).toBe(true);
      }
      expect(await readlink(join(mounted, "loop b"))).toBe("./loop a");
    });

    it("lead through symlinks, also out of the snapshot", async () => {
      expect((await readdir(join(mounted, "deep", "link out"))).toSorted()).toEqual(
        (await readdir(served.shareRoot)).toSorted(),
      );
      expect(await realpath(join(mounted, "link to folder", "b"))).toBe(join(mounted, "deep", "a", "b"));
    });

    it("may be deep, by one path and step by step", async () => {
      expect(await readFile(join(mounted, DEEPEST, "bottom"), "utf8")).toBe("at the bottom");
      const steps = `chdir $ARGV[0] or die; for (0..${DEPTH - 1}) { chdir "level $_" or die $_ } open F, "bottom" or die; print <F>;
        use Cwd; print "\\n", getcwd(), "\\n"; for (0..${DEPTH - 1}) { chdir ".." or die } print getcwd()`;
      const { stdout } = await run("perl", ["-e", steps, join(mounted, "depths")]);
      expect(stdout.split("\n")).toEqual(["at the bottom", join(mounted, DEEPEST), join(mounted, "depths")]);
    });

    it("lead up across all levels, as pwd and stat have it", async () => {
      const inode = async (path: string): Promise<bigint> => (await stat(path, { bigint: true })).ino;
      // Not path.join, which would take the dots away.
      const up = [mounted, "deep", "a", "b", "..", "..", "..", "deep", ".", "a"].join("/");
      expect(await inode(up)).toBe(await inode(join(mounted, "deep", "a")));
      expect(await inode(`${mounted}/deep/a/..`)).toBe(await inode(join(mounted, "deep")));
      expect(await inode(`${mounted}/deep/.`)).toBe(await inode(join(mounted, "deep")));
      expect(await inode(`${mounted}/..`)).toBe(await inode(served.shareRoot));
      expect(await inode(`${served.shareRoot}/..`)).toBe(await inode(dirname(served.shareRoot)));
      const script = 'cd "$1" && pwd -P && cd ../.. && pwd -P && cd ../.. && pwd -P';
      const { stdout } = await run("sh", ["-c", script, "sh", join(mounted, "deep", "a")]);
      expect(stdout.split("\n").slice(0, 3)).toEqual([join(mounted, "deep", "a"), mounted, dirname(served.shareRoot)]);
    });

    it("may have long names, and names too long for anything are refused", async () => {
      expect(await readFile(join(mounted, LONG_NAME), "utf8")).toBe("long name");
      for (const length of [256, 765, 1024, 1025, 4000]) {
        expect(await codeOf(stat(join(mounted, "x".repeat(length))))).toMatch(/^(ENOENT|ENAMETOOLONG)$/);
      }
      expect(await codeOf(stat(`${mounted}/${"d/".repeat(2500)}`))).toBe("ENAMETOOLONG");
    });

    it("tell names apart byte by byte", async () => {
      expect(await readFile(join(mounted, "Case"), "utf8")).toBe("upper");
      expect(await readFile(join(mounted, "case"), "utf8")).toBe("lower");
      expect(await readFile(join(mounted, "e\u0301"), "utf8")).toBe("decomposed");
      expect(await readFile(join(mounted, "\u00E9"), "utf8")).toBe("composed");
      const wrong = Buffer.concat([Buffer.from(`${mounted}/`), Buffer.from([0xff, 0xfe])]);
      expect(await codeOf(stat(wrong))).toBe("ENOENT");
      expect(await codeOf(stat(Buffer.concat([Buffer.from(`${mounted}/`), Buffer.from([0xef, 0xbf, 0xbd])])))).toBe(
        "ENOENT",
      );
    });

    it("remember what is not there for as long as that is true", async () => {
      for (let n = 0; n < 3; n++) expect(await codeOf(stat(join(mounted, "deep", "nothing")))).toBe("ENOENT");
      expect(await codeOf(stat(join(served.edited, "deep", "new.txt")))).toBe("no error");
      expect(await codeOf(stat(join(mounted, "deep", "new.txt")))).toBe("ENOENT");
    });
  });
}
