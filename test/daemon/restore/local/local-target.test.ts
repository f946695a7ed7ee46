// Restoring from a tree made by hand, so that it can hold what no catalog should.
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { DamagedError, SharestrataError } from "../../../../core/errors.js";
import { MAX_NAMED } from "../../../../core/snapshot.js";
import { silentLogger } from "../../../../core/logger.js";
import { toSeconds } from "../../../../daemon/restore/local/attributes.js";
import { LocalTarget } from "../../../../daemon/restore/local/local-target.js";
import { restore, type RestoreRequest, type RestoreResult } from "../../../../daemon/restore/restore.js";
import { ordinaryUser } from "../../../support/ordinary-user.js";
import { requireCapability } from "../../../support/requires.js";
import { temporaryDirectory } from "../../../support/tmp.js";
import { FakeTree, MTIME, type Node } from "../support/fake-tree.js";

async function put(tree: Node, folder: string, options: Partial<RestoreRequest> = {}): Promise<RestoreResult> {
  const view = new FakeTree(tree);
  const signal = new AbortController().signal;
  await using target = new LocalTarget(folder, { logger: silentLogger });
  return await restore({
    view,
    entry: view.root,
    path: [],
    content: view,
    metadata: view,
    target,
    overwrite: "never",
    signal,
    ...options,
  });
}

describe("a folder that the snapshot names", () => {
  it("is made, and is not reached through a link that has come to be there", async () => {
    await using directory = await temporaryDirectory();
    const within = ["home", "bob"];
    const target = (): LocalTarget =>
      new LocalTarget(directory.join("source/home/bob"), { logger: silentLogger, within });
    await using first = target();
    expect(await put({ in: { f: { file: "f" } } }, "", { target: first })).toMatchObject({ files: 1, errors: 0 });
    expect(await readFile(directory.join("source/home/bob/f"), "utf8")).toBe("f");
    await mkdir(directory.join("elsewhere/bob"), { recursive: true });
    await rename(directory.join("source/home"), directory.join("aside"));
    await symlink(directory.join("elsewhere"), directory.join("source/home"));
    await using second = target();
    await expect(put({ in: { f: { file: "f" } } }, "", { target: second })).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
    });
    expect(await readdir(directory.join("elsewhere/bob"))).toEqual([]);
  });
});

describe("what is put back", () => {
  it("has its contents, times and modes, directories last, and may be more than a page", async () => {
    await using directory = await temporaryDirectory();
    const many = Object.fromEntries(
      Array.from({ length: 1200 }, (_, n) => [`${n}`.padStart(5, "0"), { file: `${n}` }]),
    );
    const posix = { mode: 0o750, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const tree = {
      in: {
        sub: { posix, in: { x: { file: "x", posix: { ...posix, mode: 0o400 } }, l: { link: "../nowhere" } } },
        many: { in: many },
      },
    };
    const result = await put(tree, directory.join("a", "b"));
    expect(result).toMatchObject({ files: 1202, directories: 3, errors: 0 });
    expect(await readFile(directory.join("a", "b", "many", "01199"), "utf8")).toBe("1199");
    const sub = await stat(directory.join("a", "b", "sub"));
    expect([sub.mode & 0o7777, Math.round(sub.mtimeMs)]).toEqual([0o750, Number(MTIME / 1_000_000n)]);
    expect((await stat(directory.join("a", "b", "sub", "x"))).mode & 0o7777).toBe(0o400);
    expect(await readlink(directory.join("a", "b", "sub", "l"))).toBe("../nowhere");
    expect(Math.round((await lstat(directory.join("a", "b", "sub", "l"))).mtimeMs)).toBe(Number(MTIME / 1_000_000n));
    const again = await put(tree, directory.join("a", "b"));
    expect(again).toMatchObject({ files: 1202, unchanged: 1202, errors: 0 });
  });

  it("has its names as those of one file, also when the first of them could not be put", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(directory.join("a"), "mine");
    const name: Node = { file: "same", metadata: { linkId: "7", linkCount: 4 } };
    const result = await put({ in: { a: name, b: name, sub: { in: { c: name, d: name } } } }, directory.path);
    expect(result.passedOver).toMatchObject([{ path: ["a"], code: "ALREADY_EXISTS" }]);
    const inodes = await Promise.all(
      ["b", "sub/c", "sub/d"].map(async (path) => (await stat(directory.join(path))).ino),
    );
    expect(new Set(inodes).size).toBe(1);
    expect(inodes).not.toContain((await stat(directory.join("a"))).ino);
  });

  it("has its owner, when root puts it back", async (ctx) => {
    requireCapability(ctx, "root");
    await using directory = await temporaryDirectory();
    const posix = { mode: 0o6755, uid: 1234, gid: 4321 };
    await put({ in: { d: { posix, in: { f: { file: "x", posix }, l: { link: "f", posix } } } } }, directory.path);
    for (const name of ["d", "d/f", "d/l"]) {
      const { uid, gid, mode } = await lstat(directory.join(name));
      expect({ name, uid, gid }).toEqual({ name, uid: 1234, gid: 4321 });
      if (name !== "d/l") expect(mode & 0o7777).toBe(0o6755);
    }
  });

  it("leaves a folder that was there before as it was, but for what comes into it", async () => {
    await using directory = await temporaryDirectory();
    await mkdir(directory.join("d"), 0o711);
    const posix = { mode: 0o700, uid: 0, gid: 0 };
    await put({ posix, in: { d: { posix, in: { f: { file: "x" } } } } }, directory.path);
    expect((await stat(directory.join("d"))).mode & 0o777).toBe(0o711);
  });
});

describe("a file that is there with the same size and time", () => {
  const LONG = "0123456789".repeat(50_000);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < LONG.length; at += 65_536) yield Buffer.from(LONG.slice(at, at + 65_536));
  }
  const tree: Node = { in: { f: { file: pieces, size: LONG.length } } };
  const present = async (path: string, content: string): Promise<void> => {
    await writeFile(path, content);
    await utimes(path, toSeconds(MTIME), toSeconds(MTIME));
  };

  it("counts as put back without --overwrite, whatever its bytes are", async () => {
    await using directory = await temporaryDirectory();
    await present(directory.join("f"), LONG.replace(/9$/, "x"));
    expect(await put(tree, directory.path)).toMatchObject({ files: 1, unchanged: 1, errors: 0 });
    expect((await readFile(directory.join("f"), "utf8")).endsWith("x")).toBe(true);
  });

  it.each([
    ["at its end", LONG.replace(/9$/, "x")],
    ["at its beginning", `x${LONG.slice(1)}`],
  ])("is replaced with --overwrite when it is damaged %s", async (_, damaged) => {
    await using directory = await temporaryDirectory();
    await present(directory.join("f"), damaged);
    expect(await put(tree, directory.path, { overwrite: "always" })).toMatchObject({
      files: 1,
      unchanged: 0,
      errors: 0,
    });
    expect((await readFile(directory.join("f"), "utf8")) === LONG).toBe(true);
    expect(await readdir(directory.path)).toEqual(["f"]);
  });

  it("is left alone with --overwrite when its bytes are the same", async () => {
    await using directory = await temporaryDirectory();
    await present(directory.join("f"), LONG);
    const { ino } = await stat(directory.join("f"));
    expect(await put(tree, directory.path, { overwrite: "always" })).toMatchObject({
      files: 1,
      unchanged: 1,
      errors: 0,
    });
    expect((await stat(directory.join("f"))).ino).toBe(ino);
  });

  it("is replaced with --overwrite when it cannot be read", async () => {
    await using directory = await temporaryDirectory();
    await mkdir(directory.join("t"));
    await chmod(directory.join("t"), 0o777);
    await present(directory.join("t", "f"), LONG);
    await chmod(directory.join("t", "f"), 0);
    using _ = ordinaryUser(directory.path);
    const result = await put(tree, directory.join("t"), { overwrite: "always" });
    expect(result).toMatchObject({ files: 1, unchanged: 0, errors: 0 });
    expect((await readFile(directory.join("t", "f"), "utf8")) === LONG).toBe(true);
  });

  it("stays with --overwrite when the stored bytes are damaged, and that is reported", async () => {
    await using directory = await temporaryDirectory();
    await present(directory.join("f"), "mine!");
    const damaged = new DamagedError("It is damaged.", { where: "x" });
    const result = await put({ in: { f: { file: damaged, size: 5 } } }, directory.path, { overwrite: "always" });
    expect(result.passedOver).toMatchObject([{ code: "DAMAGED" }]);
    expect(await readFile(directory.join("f"), "utf8")).toBe("mine!");
  });
});

describe("names that would lead elsewhere", () => {
  it.each(["..", ".", "", "a/b", "../../etc/x", "nul\0"])("%j is passed over and reported", async (name) => {
    await using directory = await temporaryDirectory();
    const result = await put({ in: { [name]: { file: "evil" }, good: { file: "good" } } }, directory.join("t"));
    expect(result.passedOver).toMatchObject([{ path: [name], code: "NAME_UNUSABLE" }]);
    expect(await readdir(directory.path)).toEqual(["t"]);
    expect(await readdir(directory.join("t"))).toEqual(["good"]);
  });

  it("a link in a folder's place is not followed", async () => {
    await using directory = await temporaryDirectory();
    await mkdir(directory.join("outside"));
    await mkdir(directory.join("t"));
    await symlink("../outside", directory.join("t", "d"));
    const tree = { in: { d: { in: { f: { file: "x" } } }, good: { file: "good" } } };
    const result = await put(tree, directory.join("t"));
    expect(result.passedOver).toMatchObject([{ path: ["d"], code: "ALREADY_EXISTS" }]);
    expect(await readdir(directory.join("outside"))).toEqual([]);
    expect(await put(tree, directory.join("t"), { overwrite: "always" })).toMatchObject({ errors: 0 });
    expect(await readdir(directory.join("outside"))).toEqual([]);
    expect(await readFile(directory.join("t", "d", "f"), "utf8")).toBe("x");
  });

  it("a link in a file's place is not written through, with --overwrite or without", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(directory.join("outside"), "mine");
    await mkdir(directory.join("t"));
    await symlink("../outside", directory.join("t", "f"));
    expect((await put({ in: { f: { file: "x" } } }, directory.join("t"))).passedOver).toHaveLength(1);
    expect(await put({ in: { f: { file: "x" } } }, directory.join("t"), { overwrite: "always" })).toMatchObject({
      errors: 0,
    });
    expect(await readFile(directory.join("outside"), "utf8")).toBe("mine");
    expect(await readFile(directory.join("t", "f"), "utf8")).toBe("x");
  });

  it("a link from the snapshot is not followed by what comes after it", async () => {
    await using directory = await temporaryDirectory();
    await mkdir(directory.join("outside"));
    await put({ in: { d: { link: "../outside" } } }, directory.join("t"));
    const result = await put({ in: { d: { in: { f: { file: "x" } } } } }, directory.join("t"));
    expect(result.errors).toBe(1);
    expect(await readdir(directory.join("outside"))).toEqual([]);
  });

  it("a folder in a file's place stays, even with --overwrite", async () => {
    await using directory = await temporaryDirectory();
    await mkdir(directory.join("f"));
    await writeFile(directory.join("f", "mine"), "");
    const result = await put({ in: { f: { file: "x" } } }, directory.path, { overwrite: "always" });
    expect(result.passedOver).toMatchObject([{ code: "ALREADY_EXISTS" }]);
    expect(await readdir(directory.join("f"))).toEqual(["mine"]);
  });
});

describe("what goes wrong", () => {
  it("with one file is reported, leaves nothing of it, and the others are put back", async () => {
    await using directory = await temporaryDirectory();
    const result = await put(
      {
        in: {
          bad: { file: new DamagedError("It is damaged.", { where: "x" }), size: 5 },
          short: { file: "abc", size: 5 },
          good: { file: "good" },
          link: { link: "" },
        },
      },
      directory.path,
    );
    expect(result.passedOver.map(({ path, code }) => `${path[0]} ${code}`).toSorted()).toEqual([
      "bad DAMAGED",
      "link DAMAGED",
      "short DAMAGED",
    ]);
    expect(await readdir(directory.path)).toEqual(["good"]);
  });

  it("with very many files is counted for all, and named for as many as are of use", async () => {
    await using directory = await temporaryDirectory();
    const bad = Object.fromEntries(Array.from({ length: MAX_NAMED + 5 }, (_, n) => [`a/${n}`, { file: "" }]));
    const result = await put({ in: { ...bad, good: { file: "good" } } }, directory.path);
    expect(result).toMatchObject({ errors: MAX_NAMED + 5, files: 1 });
    expect(result.passedOver).toHaveLength(MAX_NAMED);
  });

  it("with the store as a whole ends the run", async () => {
    await using directory = await temporaryDirectory();
    const gone = new SharestrataError("UNREACHABLE", "The store does not answer.");
    await expect(put({ in: { a: { file: gone, size: 1 } } }, directory.path)).rejects.toBe(gone);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it("with a folder that the system makes nothing in ends, and is said", async (ctx) => {
    requireCapability(ctx, "linux");
    await expect(put({ in: {} }, "/proc/nothing/here")).rejects.toThrow(/^Nothing can be put back into .*ENOENT/);
  });

  it("with the folder is said in one sentence", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(directory.join("file"), "");
    await expect(put({ in: {} }, directory.join("file"))).rejects.toThrow(
      /^Nothing can be put back into .*: it is not a folder\.$/,
    );
  });

  it("by being stopped leaves no half file", async () => {
    await using directory = await temporaryDirectory();
    const stop = new AbortController();
    const reason = new SharestrataError("INTERRUPTED", "Stopped.");
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("half");
      stop.abort(reason);
      yield Buffer.from("rest");
    }
    const tree = { in: { a: { file: "whole" }, d: { in: { b: { file: slow, size: 8 }, z: { file: "never" } } } } };
    await expect(put(tree, directory.path, { signal: stop.signal, concurrency: 1 })).rejects.toBe(reason);
    expect(await readFile(directory.join("a"), "utf8")).toBe("whole");
    expect(await readdir(directory.join("d"))).toEqual([]);
  });
});
