// What programs do with a mounted snapshot, whatever transport carries it: each is compared with the same tree in a local folder.
import { access, constants, lstat, open, opendir, readFile, readdir, readlink, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { temporaryDirectory } from "../../support/tmp.js";
import { compareTrees } from "../../support/tree/model.js";
import { readTree } from "../../support/tree/local.js";
import { run } from "../support/run.js";
import { codeOf, type Served } from "./served-share.js";
import { BIG_FILE, EXACT_TIME_NS, LONG_NAME } from "../support/trees.js";
import { writeAttempts } from "./write-attempts.js";

export function describePosixReadSide(get: () => Served): void {
  describe("what programs read", () => {
    let served: Served;
    let original: string;
    let mounted: string;

    beforeEach(() => {
      served = get();
      ({ original, mounted } = served);
    });

    it("is silent under diff -r and rsync --checksum, for every snapshot", async () => {
      for (const snapshot of served.example.snapshots) {
        const at = join(served.shareRoot, snapshot.name);
        expect(await run("diff", ["-r", "--no-dereference", snapshot.original, at])).toMatchObject({
          status: 0,
          stdout: "",
        });
        const rsync = ["-rlnc", "--delete", "--itemize-changes", `${snapshot.original}/`, `${at}/`];
        expect(await run("rsync", rsync)).toEqual({ status: 0, stdout: "", stderr: "" });
      }
    });

    it("copies out as it went in", async () => {
      await using target = await temporaryDirectory();
      expect(await run("cp", ["-r", "--preserve=timestamps,links", mounted, target.join("copy")])).toMatchObject({
        status: 0,
        stderr: "",
      });
      expect(compareTrees(await readTree(target.join("copy")), await readTree(original))).toEqual([]);
    });

    it("can be packed with tar", async () => {
      await using target = await temporaryDirectory();
      const packed = await run("tar", ["-C", mounted, "-cf", target.join("all.tar"), "."]);
      expect(packed).toMatchObject({ status: 0, stderr: "" });
      expect(
        await run("tar", ["-C", original, "--compare", "-f", target.join("all.tar"), "./deep", "./many"]),
      ).toMatchObject({ stderr: "" });
    });

    it("lists every name, the same twice, with its kind", async () => {
      const list = async (folder: string): Promise<string[]> => {
        const entries = await readdir(folder, { withFileTypes: true });
        return entries.map((entry) => `${entry.name} ${entry.isDirectory()} ${entry.isSymbolicLink()}`).sort();
      };
      const wanted = await list(original);
      expect(await list(mounted)).toEqual(wanted);
      expect(await list(mounted)).toEqual(wanted);
      expect(await readFile(join(mounted, LONG_NAME), "utf8")).toBe("long name");
    });

    it("lists a folder that is read by several at a time, each from the beginning", async () => {
      const list = async (): Promise<number> => {
        const names = new Set<string>();
        for await (const entry of await opendir(join(mounted, "many"), { bufferSize: 7 })) names.add(entry.name);
        return names.size;
      };
      const sizes = await Promise.all(Array.from({ length: 8 }, list));
      expect(sizes).toEqual(Array.from({ length: 8 }, () => 300));
    });

    it("can be sought in while it lists", async (ctx) => {
      const script = `opendir(my $d, $ARGV[0]) or die; my @a; my $at; for (1..150) { push @a, scalar readdir $d; $at = telldir $d if $_ == 100 }
        my @rest = @a[100..149]; seekdir $d, $at; my @again = map { scalar readdir $d } 1..50; rewinddir $d; my $first = readdir $d;
        print "@rest" eq "@again" && $first eq $a[0] ? "same" : "different"`;
      const found = await run("perl", ["-e", script, join(mounted, "many")]).catch(() => undefined);
      if (!found) ctx.skip("perl is not there");
      expect(found?.stdout).toBe("same");
    });

    it("shows empty folders and empty files as such", async () => {
      expect(await readdir(join(mounted, "empty folder"))).toEqual([]);
      expect(await readFile(join(mounted, "empty file"))).toHaveLength(0);
      expect((await stat(join(mounted, "empty file"))).size).toBe(0);
    });

    it("stats what is there", async () => {
      const [found, wanted] = [await stat(join(mounted, "plain.txt")), await stat(join(original, "plain.txt"))];
      expect(found).toMatchObject({ size: wanted.size, nlink: 1, mode: constants.S_IFREG | 0o644, blocks: 1 });
      expect((await stat(join(mounted, "deep"))).mode).toBe(constants.S_IFDIR | 0o755);
      expect((await lstat(join(mounted, "link to plain"))).mode).toBe(constants.S_IFLNK | 0o777);
      const { mtimeNs } = await stat(join(mounted, "exact"), { bigint: true });
      expect(mtimeNs).toBe(served.facts.exactTimes ? EXACT_TIME_NS : (EXACT_TIME_NS / 1_000_000n) * 1_000_000n);
    });

    it("gives every file an inode number of its own within a snapshot", async () => {
      const names = await readdir(join(mounted, "many"));
      const inodes = await Promise.all(names.map(async (file) => (await stat(join(mounted, "many", file))).ino));
      expect(new Set(inodes).size).toBe(names.length);
    });

    it("says what is not there, not a folder, not a file, not permitted", async () => {
      expect(await codeOf(stat(join(mounted, "nothing")))).toBe("ENOENT");
      expect(await codeOf(stat(join(mounted, "plain.txt", "x")))).toBe("ENOTDIR");
      expect(await codeOf(readdir(join(mounted, "plain.txt")))).toBe("ENOTDIR");
      expect(await codeOf(readFile(join(mounted, "deep")))).toBe("EISDIR");
      expect(await codeOf(readlink(join(mounted, "deep")))).toBe("EINVAL");
      expect(await codeOf(stat(join(mounted, "x".repeat(5000))))).toBe("ENAMETOOLONG");
      expect(await codeOf(access(join(mounted, "plain.txt"), constants.W_OK))).toBe("EROFS");
      expect(await codeOf(access(join(mounted, "plain.txt"), constants.R_OK))).toBe("no error");
      expect(await codeOf(open(join(mounted, "link to plain"), constants.O_NOFOLLOW))).toBe("ELOOP");
    });

    it("has symlinks that lead, and one that leads nowhere", async () => {
      expect(await readlink(join(mounted, "deep", "link up"))).toBe("../plain.txt");
      expect(await readFile(join(mounted, "deep", "link up"), "utf8")).toBe("plain text\n");
      expect(await readdir(join(mounted, "link to folder"))).toEqual(["b"]);
      await expect(stat(join(mounted, "link to nowhere"))).rejects.toThrow("ENOENT");
    });

    it("serves 64 readers at a time", async () => {
      const pair = [join(original, BIG_FILE), join(mounted, BIG_FILE)];
      const all = await Promise.all(Array.from({ length: 64 }, () => run("cmp", pair)));
      for (const compared of all) expect(compared).toEqual({ status: 0, stdout: "", stderr: "" });
    });

    it("keeps 1000 files open", async () => {
      const files = [];
      try {
        for (let n = 0; n < 1000; n++) files.push(await open(join(mounted, "many", `file ${n % 300}`)));
        const last = files.at(-1);
        expect(await last?.readFile("utf8")).toBe("number 99\n".repeat(99 % 40));
      } finally {
        for (const file of files) await file.close();
      }
    });

    it("refuses every kind of write with EROFS", async () => {
      for (const [what, attempt] of writeAttempts(mounted)) expect([what, await attempt()]).toEqual([what, "EROFS"]);
      for (const [what, attempt] of writeAttempts(served.shareRoot, served.example.snapshots[0]?.name)) {
        expect([`${what}, above the snapshots`, await attempt()]).toEqual([`${what}, above the snapshots`, "EROFS"]);
      }
    });

    it("shows xattrs with getfattr", async (ctx) => {
      requireCapability(ctx, "xattr");
      const { stdout } = await run("getfattr", [
        "--only-values",
        "-n",
        "user.sharestrata.etag",
        join(mounted, "exact"),
      ]);
      expect(stdout).toBe('"0x8D"');
      const { stdout: dump } = await run("getfattr", ["-d", join(mounted, "exact")]);
      expect(dump).toMatch(/^user\.comment="nice"$/m);
      const { stdout: all } = await run("getfattr", [
        "--only-values",
        "-n",
        "user.sharestrata",
        join(mounted, "exact"),
      ]);
      expect(all).toMatch(/^node=\d+$/m);
      expect((await run("getfattr", ["-n", "user.nothing", join(mounted, "exact")])).stderr).toMatch(
        /No such attribute/,
      );
      expect((await run("getfattr", ["-d", mounted])).status).toBe(0);
    });

    it("gives no attributes of its own to copies", async (ctx) => {
      requireCapability(ctx, "xattr");
      await using target = await temporaryDirectory();
      expect(await run("cp", ["-a", join(mounted, "exact"), target.path])).toMatchObject({ status: 0, stderr: "" });
      const { stdout } = await run("getfattr", ["-d", "-m", "-", target.join("exact")]);
      expect(stdout).toMatch(/^user\.comment="nice"$/m);
      expect(stdout).not.toMatch(/sharestrata\./);
    });

    it("has figures for df", async () => {
      const figures = await statfs(mounted);
      const newest = served.example.snapshots.at(-1);
      const first = served.example.snapshots[0];
      expect([first?.bytes, newest?.bytes].map((bytes) => Math.ceil((bytes ?? 0) / figures.bsize))).toContain(
        figures.blocks,
      );
      expect(figures.bfree).toBe(0);
      expect((await run("df", [mounted])).status).toBe(0);
    });

    it("has latest, a symlink to the newest, from which everything can be copied", async () => {
      const newest = served.example.snapshots.at(-1);
      expect(await readlink(join(served.shareRoot, "latest"))).toBe(newest?.name);
      await using target = await temporaryDirectory();
      const copied = await run("cp", ["-r", `${served.shareRoot}/latest/.`, target.path]);
      expect(copied).toMatchObject({ status: 0, stderr: "" });
      expect(await run("diff", ["-r", "--no-dereference", newest?.original ?? "", target.path])).toMatchObject({
        stdout: "",
      });
    });

    it("shows nothing twice and no loop", async () => {
      const { stdout, stderr, status } = await run("find", [served.shareRoot, "-mindepth", "1", "-maxdepth", "1"]);
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      expect(stdout.trim().split("\n")).toHaveLength(served.example.snapshots.length + 1);
      expect(await run("find", [served.shareRoot, "-name", "no such name"])).toEqual({
        status: 0,
        stdout: "",
        stderr: "",
      });
    });
  });
}
