// What is the same in two snapshots: inode numbers, and what programs make of them.
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { temporaryDirectory } from "../../support/tmp.js";
import { getdents, probe, probeObstacle } from "../support/probe.js";
import { run } from "../support/run.js";
import type { TransportFacts } from "../support/transports.js";
import { when, type Served } from "./served-share.js";

/** What the second snapshot has otherwise, and the folders above it. */
const CHANGED = ["", "plain.txt", "deep", "deep/a", "deep/a/b", "link to plain"];

export function describeSameness(get: () => Served, { sameInodes }: TransportFacts): void {
  describe("sameness", () => {
    let served: Served;

    beforeEach(() => {
      served = get();
    });

    /** All paths beneath a folder, "" for itself. */
    const pathsIn = async (folder: string): Promise<readonly string[]> =>
      (await run("find", [folder, "-printf", "%P\\0"])).stdout.split("\0").slice(0, -1);

    when(sameInodes)("is told by inode numbers, and so is every difference", async () => {
      const second = new Set(await pathsIn(served.edited));
      const differing: string[] = [];
      for (const path of await pathsIn(served.mounted)) {
        if (!second.has(path)) continue;
        const inodes = await Promise.all(
          [served.mounted, served.edited].map(async (root) => (await lstat(join(root, path), { bigint: true })).ino),
        );
        if (inodes[0] !== inodes[1]) differing.push(path);
      }
      expect(differing.toSorted()).toEqual(CHANGED.toSorted());
    });

    it("never has two different things under one inode number", async () => {
      const seen = new Map<bigint, string>();
      for (const root of [served.mounted, served.edited]) {
        for (const path of await pathsIn(root)) {
          const found = await lstat(join(root, path), { bigint: true });
          const what = sameInodes ? path : join(root, path);
          const state = `${what} ${found.mode} ${found.size} ${found.mtimeNs}`;
          expect(seen.get(found.ino) ?? state).toBe(state);
          seen.set(found.ino, state);
        }
      }
    });

    when(sameInodes)("lets diff -rq pass over what did not change, without opening or listing it", async (ctx) => {
      const obstacle = probeObstacle();
      if (obstacle !== undefined) ctx.skip(obstacle);
      const folders = await Promise.all(
        [served.mounted, served.edited].map(async (root) => {
          const entries = await readdir(root, { recursive: true, withFileTypes: true });
          const beneath = entries
            .filter((entry) => entry.isDirectory())
            .map((entry) => join(entry.parentPath, entry.name));
          return [root, ...beneath];
        }),
      );
      const said = await probe(
        "opens",
        ...folders.flat(),
        "--",
        "diff",
        "-rq",
        "--no-dereference",
        served.mounted,
        served.edited,
      );
      const opened = said.split("\n");
      expect(opened.pop()).toBe("status 1");
      const relative = (root: string): string[] =>
        [...new Set(opened.filter((path) => path === root || path.startsWith(`${root}/`)))]
          .map((path) => path.slice(root.length + 1))
          .toSorted();
      // The file that changed has another size as well, so that diff need not read it.
      const listedAndRead = ["", "deep", "deep/a", "deep/a/b"];
      expect(relative(served.mounted)).toEqual(listedAndRead);
      expect(relative(served.edited)).toEqual(listedAndRead);
    });

    when(sameInodes)("lets diff -rq of a folder that is the same end at once", async (ctx) => {
      const obstacle = probeObstacle();
      if (obstacle !== undefined) ctx.skip(obstacle);
      const pair = [join(served.mounted, "crowd"), join(served.edited, "crowd")];
      expect(await probe("opens", ...pair, "--", "diff", "-rq", ...pair)).toBe("status 0");
    });

    when(sameInodes)("makes du count what two snapshots share once", async () => {
      const blocks = async (...folders: string[]): Promise<number[]> => {
        const { stdout, stderr } = await run("du", ["-s", "-B512", ...folders]);
        expect(stderr).toBe("");
        return stdout
          .trim()
          .split("\n")
          .map((line) => Number(line.split("\t")[0]));
      };
      const [first = 0] = await blocks(served.mounted);
      const [alone, added = 0] = await blocks(served.mounted, served.edited);
      expect(alone).toBe(first);
      // Of the second one, the two files that it has otherwise or alone, and a symlink.
      expect(added).toBeLessThan(20);
    });

    it("shows find no loop, in a snapshot and above all of them", async () => {
      for (const folder of [served.mounted, served.shareRoot]) {
        const { stderr, status } = await run("find", [folder, "-printf", ""]);
        expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
        expect(await run("find", ["-L", join(folder), "-maxdepth", "1", "-name", "no such"])).toMatchObject({
          stdout: "",
        });
      }
    });

    it("leaves every folder a parent of its own, so that .. and pwd are right in both", async () => {
      for (const root of [served.mounted, served.edited]) {
        const { stdout } = await run("sh", ["-c", 'cd "$1" && cd many && pwd -P && cd .. && pwd -P', "sh", root]);
        expect(stdout.split("\n").slice(0, 2)).toEqual([join(root, "many"), root]);
      }
      if (!sameInodes || probeObstacle() !== undefined) return;
      for (const root of [served.mounted, served.edited]) {
        const up = (await getdents(join(root, "many"), 4096)).find(({ name }) => name === "..");
        expect(up?.inode).toBe((await lstat(root, { bigint: true })).ino);
      }
    });

    it("does not turn equal files into links of one file for tar, rsync -H and cp -a", async (ctx) => {
      requireCapability(ctx, "tar");
      await using target = await temporaryDirectory();
      const quiet = { status: 0, stderr: "" };
      await run("mkdir", [target.join("tar"), target.join("rsync")]);
      expect(await run("tar", ["-C", served.mounted, "-cf", target.join("all.tar"), "."])).toMatchObject(quiet);
      expect((await run("tar", ["-tvf", target.join("all.tar")])).stdout).not.toMatch(/^h| link to .*twin/m);
      expect(await run("tar", ["-C", target.join("tar"), "-xf", target.join("all.tar")])).toMatchObject(quiet);
      expect(await run("rsync", ["-aH", `${served.mounted}/`, `${target.join("rsync")}/`])).toMatchObject(quiet);
      expect(await run("cp", ["-a", served.mounted, target.join("cp")])).toMatchObject(quiet);
      for (const how of ["tar", "rsync", "cp"]) {
        const compared = await run("diff", ["-r", "--no-dereference", served.original, target.join(how)]);
        expect([how, compared]).toEqual([how, { ...quiet, stdout: "" }]);
        const links = await run("find", [target.join(how), "-type", "f", "-links", "+1"]);
        expect([how, links.stdout]).toEqual([how, ""]);
      }
    });
  });
}
