// How files and folders are opened: flags of every kind, permissions, locks, programs that are run.
import { constants } from "node:fs";
import { access, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { requireCapability } from "../../support/requires.js";
import { probe, probeObstacle } from "../support/probe.js";
import { run } from "../support/run.js";
import { codeOf, type Served } from "./served-share.js";

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } =
  constants;
const { O_NOATIME, O_SYNC, O_DSYNC } = constants;
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;
const O_TMPFILE = 0o20000000 | O_DIRECTORY;
const { F_OK, R_OK, W_OK, X_OK } = constants;

export function describeOpening(get: () => Served): void {
  describe("opening", () => {
    let served: Served;
    let at: (name: string) => string;

    beforeEach((ctx) => {
      const obstacle = probeObstacle();
      if (obstacle !== undefined) ctx.skip(obstacle);
      served = get();
      at = (name) => join(served.mounted, name);
    });

    it.each([
      ["nothing else", O_RDONLY],
      ["O_CLOEXEC", O_CLOEXEC],
      ["O_NONBLOCK", O_NONBLOCK],
      ["O_NOFOLLOW", O_NOFOLLOW],
      ["O_SYNC", O_SYNC],
      ["O_DSYNC", O_DSYNC],
      ["O_APPEND", O_APPEND],
      ["O_CREAT, when it is there", O_CREAT],
    ])("opens a file for reading with %s", async (_flag, flags) => {
      expect(await probe("open", at("plain.txt"), flags)).toBe("ok");
    });

    it("opens with O_NOATIME for those who may", async (ctx) => {
      requireCapability(ctx, "root");
      expect(await probe("open", at("plain.txt"), O_NOATIME)).toBe("ok");
    });

    it.each([
      ["O_WRONLY", O_WRONLY],
      ["O_RDWR", O_RDWR],
      ["O_WRONLY with O_APPEND", O_WRONLY | O_APPEND],
      ["O_RDWR with O_TRUNC", O_RDWR | O_TRUNC],
      ["O_RDONLY with O_TRUNC", O_TRUNC],
      ["O_WRONLY with O_CREAT", O_WRONLY | O_CREAT],
    ])("refuses a file with %s as read-only", async (_flag, flags) => {
      expect(await probe("open", at("plain.txt"), flags)).toBe("error EROFS");
      expect(await readFile(at("plain.txt"), "utf8")).toBe("plain text\n");
    });

    it("says what else is in the way", async () => {
      expect(await probe("open", at("plain.txt"), O_CREAT | O_EXCL)).toBe("error EEXIST");
      expect(await probe("open", at("nothing"), O_CREAT)).toBe("error EROFS");
      expect(await probe("open", at("nothing"), O_RDONLY)).toBe("error ENOENT");
      expect(await probe("open", at("plain.txt"), O_DIRECTORY)).toBe("error ENOTDIR");
      expect(await probe("open", at("link to plain"), O_NOFOLLOW)).toBe("error ELOOP");
      expect(await probe("open", at("deep"), O_WRONLY)).toBe("error EISDIR");
      expect(await probe("open", at("deep"), O_RDONLY)).toBe("ok");
      expect(await probe("open", at("deep"), O_WRONLY | O_TMPFILE)).toMatch(/^error (EROFS|EOPNOTSUPP)$/);
      expect(await probe("open", at("plain.txt/"), O_RDONLY)).toBe("error ENOTDIR");
      expect(await probe("open", "", O_RDONLY)).toBe("error ENOENT");
    });

    it("opens anything with O_PATH without reading it, symlinks too", async () => {
      expect(await probe("open", at("plain.txt"), O_PATH)).toBe("ok 100644");
      expect(await probe("open", at("deep"), O_PATH)).toBe("ok 40755");
      expect(await probe("open", at("link to nowhere"), O_PATH | O_NOFOLLOW)).toBe("ok 120777");
      expect(await probe("open", at("link to nowhere"), O_PATH)).toBe("error ENOENT");
    });

    it("tells what may be done", async () => {
      expect(await codeOf(access(at("plain.txt"), F_OK))).toBe("no error");
      expect(await codeOf(access(at("plain.txt"), R_OK))).toBe("no error");
      expect(await codeOf(access(at("plain.txt"), W_OK))).toBe("EROFS");
      expect(await codeOf(access(at("plain.txt"), X_OK))).toBe("EACCES");
      expect(await codeOf(access(at("script"), R_OK | X_OK))).toBe("no error");
      expect(await codeOf(access(at("deep"), R_OK | X_OK))).toBe("no error");
      expect(await codeOf(access(at("deep"), W_OK))).toBe("EROFS");
      expect(await codeOf(access(at("link to nowhere"), F_OK))).toBe("ENOENT");
    });

    it("runs what may be run, and nothing else", async () => {
      expect(await run(at("script"), [])).toEqual({ status: 0, stdout: "it runs\n", stderr: "" });
      expect((await run("sh", ["-c", `'${at("no script")}'`])).status).toBe(126);
    });

    it("lets read locks be taken and given back", async () => {
      // A write lock needs a descriptor for writing: EBADF.
      expect(await probe("locks", at("plain.txt"))).toBe("ok EBADF ok ok ok");
    });

    it("can be watched, which tells of reading and disturbs nothing", async () => {
      const opens = await probe("opens", served.mounted, at("deep"), "--", "cat", at("plain.txt"));
      expect(opens.split("\n")).toEqual([at("plain.txt"), "status 0"]);
      expect(await readFile(at("plain.txt"), "utf8")).toBe("plain text\n");
    });

    it("opens the same file many times, each with a place of its own", async () => {
      const files = await Promise.all(Array.from({ length: 20 }, () => open(at("plain.txt"))));
      try {
        for (const [index, file] of files.entries()) {
          await file.read(Buffer.alloc(index), 0, index);
          expect(await file.readFile("utf8")).toBe("plain text\n".slice(index));
        }
      } finally {
        for (const file of files) await file.close();
      }
    });
  });
}
