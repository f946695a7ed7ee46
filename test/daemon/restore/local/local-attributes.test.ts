// What a local target puts back beside contents: times to the nanosecond, extended attributes, hard links.
import { execFileSync } from "node:child_process";
import { chmod, link, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../../../core/logger.js";
import { parseTime, type TimeNs } from "../../../../core/time.js";
import { LocalTarget } from "../../../../daemon/restore/local/local-target.js";
import { restore, type RestoreRequest, type RestoreResult } from "../../../../daemon/restore/restore.js";
import { requireCapability } from "../../../support/requires.js";
import { temporaryDirectory } from "../../../support/tmp.js";
import { FakeTree, type Node } from "../support/fake-tree.js";

async function put(tree: Node, folder: string, options: Partial<RestoreRequest> = {}): Promise<RestoreResult> {
  const view = new FakeTree(tree);
  await using target = new LocalTarget(folder, { logger: silentLogger });
  const { signal } = new AbortController();
  const { root: entry } = view;
  return await restore({
    view,
    entry,
    path: [],
    content: view,
    metadata: view,
    target,
    overwrite: "never",
    signal,
    ...options,
  });
}

const mtimeOf = async (path: string): Promise<bigint> => (await lstat(path, { bigint: true })).mtimeNs;

describe("times", () => {
  it.each(["2026-11-20T10:00:00.123456789Z", "1969-12-31T23:59:59.999999999Z", "1901-12-14T00:00:00.000000001Z"])(
    "%s is put back to the nanosecond, of files, links and folders",
    async (text) => {
      await using directory = await temporaryDirectory();
      const mtimeNs = parseTime(text) as TimeNs;
      const tree = { in: { d: { mtimeNs, in: { f: { file: "x", mtimeNs }, l: { link: "f", mtimeNs } } } } };
      expect(await put(tree, directory.path)).toMatchObject({ files: 2, errors: 0 });
      for (const name of ["d", "d/f", "d/l"]) expect(await mtimeOf(directory.join(name))).toBe(mtimeNs);
      expect(await put(tree, directory.path, { overwrite: "if-different" })).toMatchObject({
        unchanged: 2,
        bytesWritten: 0,
      });
    },
  );

  it("are put back to the millisecond where perl is missing", async () => {
    await using directory = await temporaryDirectory();
    const before = process.env["PATH"];
    process.env["PATH"] = directory.path;
    try {
      const mtimeNs = parseTime("1960-01-02T03:04:05.678Z") as TimeNs;
      expect(await put({ in: { f: { file: "x", mtimeNs } } }, directory.join("t"))).toMatchObject({ errors: 0 });
      expect(await mtimeOf(directory.join("t/f"))).toBe(mtimeNs);
    } finally {
      process.env["PATH"] = before;
    }
  });

  it("of when it was read last is put back too", async () => {
    await using directory = await temporaryDirectory();
    const accessedNs = parseTime("2001-02-03T04:05:06.789012345Z") as TimeNs;
    await put({ in: { f: { file: "x", metadata: { accessedNs } } } }, directory.path);
    expect((await stat(directory.join("f"), { bigint: true })).atimeNs).toBe(accessedNs);
  });
});

describe("extended attributes", () => {
  const xattrsOf = (path: string): string =>
    execFileSync("getfattr", ["-d", "-e", "hex", "--absolute-names", path], { encoding: "utf8" });
  const xattrs = [
    { name: "user.a", value: Buffer.from([0, 255, 10, 32]) },
    { name: "user.ä=1", value: Buffer.from("31") },
    { name: "user.empty", value: Buffer.alloc(0) },
  ];

  it("are put back, and those that are too many taken away", async (ctx) => {
    requireCapability(ctx, "linux", "xattr");
    await using directory = await temporaryDirectory();
    const posix = { mode: 0o444, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const tree = { in: { "a\nb": { in: { f: { file: "x", posix, metadata: { xattrs } } }, metadata: { xattrs } } } };
    expect(await put(tree, directory.path)).toMatchObject({ errors: 0 });
    for (const name of ["a\nb", "a\nb/f"]) {
      const text = xattrsOf(directory.join(name));
      expect(text).toContain("user.a=0x00ff0a20");
      expect(text).toMatch(/(=|\\075)1=0x3331/);
      expect(text).toMatch(/user\.empty(=0x)?\n/);
    }
    execFileSync("setfattr", ["-n", "user.more", "-v", "1", directory.join("a\nb/f")]);
    execFileSync("setfattr", ["-n", "user.a", "-v", "2", directory.join("a\nb/f")]);
    const before = await stat(directory.join("a\nb/f"));
    expect(await put(tree, directory.path)).toMatchObject({ unchanged: 1 });
    const again = await put(tree, directory.path, { overwrite: "if-different" });
    expect(again).toMatchObject({ unchanged: 0, bytesWritten: 0, errors: 0, totals: { attributes: { files: 1 } } });
    expect(xattrsOf(directory.join("a\nb/f"))).not.toContain("user.more");
    expect(xattrsOf(directory.join("a\nb/f"))).toContain("user.a=0x00ff0a20");
    expect((await stat(directory.join("a\nb/f"))).ino).toBe(before.ino);
  });

  it("that cannot be put back are reported, and nothing of the file appears", async () => {
    await using directory = await temporaryDirectory();
    const wrong = [{ name: "nosuchclass.x", value: Buffer.from("1") }];
    const result = await put(
      { in: { f: { file: "x", metadata: { xattrs: wrong } }, g: { file: "g" } } },
      directory.path,
    );
    expect(result.passedOver).toMatchObject([{ path: ["f"], code: "FAILED" }]);
    expect(result.passedOver[0]?.message).toMatch(/^Its extended attributes cannot be put back: /);
    expect(await readdir(directory.path)).toEqual(["g"]);
  });
});

describe("hard links", () => {
  const metadata = { linkCount: 3, linkId: "one" };
  const tree = {
    in: {
      a: { file: "one", metadata },
      b: { in: { c: { file: "one", metadata } } },
      d: { file: "one", metadata },
      e: { file: "one" },
    },
  };
  const inodes = async (folder: string): Promise<readonly bigint[]> =>
    Promise.all(["a", "b/c", "d", "e"].map(async (name) => (await lstat(`${folder}/${name}`, { bigint: true })).ino));

  it("come back as names of one file", async () => {
    await using directory = await temporaryDirectory();
    expect(await put(tree, directory.path)).toMatchObject({ files: 4, bytesWritten: 6, errors: 0 });
    const [a, c, d, e] = await inodes(directory.path);
    expect([c, d]).toEqual([a, a]);
    expect(e).not.toBe(a);
    expect(await put(tree, directory.path, { overwrite: "always" })).toMatchObject({ unchanged: 4, bytesWritten: 0 });
  });

  it("are made again where names have come apart, and parted where too many are one", async () => {
    await using directory = await temporaryDirectory();
    await put(tree, directory.path);
    await put({ in: { d: { file: "one" } } }, directory.join("x"));
    execFileSync("mv", ["-f", directory.join("x/d"), directory.join("d")]);
    execFileSync("rm", [directory.join("e")]);
    await link(directory.join("a"), directory.join("e"));
    expect(await put(tree, directory.path, { overwrite: "if-different" })).toMatchObject({ errors: 0 });
    const [a, c, d, e] = await inodes(directory.path);
    expect([c, d]).toEqual([a, a]);
    expect(e).not.toBe(a);
  });

  it("are files of their own where the snapshot has other contents of them", async () => {
    await using directory = await temporaryDirectory();
    const two = { linkCount: 2, linkId: "one" };
    const torn = { in: { a: { file: "one", metadata: two }, b: { file: "before", metadata: two } } };
    expect(await put(torn, directory.path)).toMatchObject({ files: 2, errors: 0 });
    expect(await readFile(directory.join("a"), "utf8")).toBe("one");
    expect(await readFile(directory.join("b"), "utf8")).toBe("before");
  });

  it("are put back one by one when the first cannot be", async () => {
    await using directory = await temporaryDirectory();
    await mkdir(directory.join("a"));
    const result = await put(tree, directory.path);
    expect(result).toMatchObject({ files: 3, errors: 1 });
    expect(await readFile(directory.join("d"), "utf8")).toBe("one");
  });
});

describe("what a run that was killed has left", () => {
  it("is taken away, or gets what it lacks, without --overwrite", async () => {
    await using directory = await temporaryDirectory();
    await mkdir(directory.join("d"), { mode: 0o700 });
    await chmod(directory.join("d"), 0o1700);
    await writeFile(directory.join("d/.sharestrata-4194305-0123456789abcdef.part"), "half");
    await writeFile(directory.join(`d/.sharestrata-${process.pid}-0123456789abcdef.part`), "another run's");
    const posix = { mode: 0o755, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    await put({ in: { d: { posix, in: { f: { file: "x" } } } } }, directory.path);
    expect(await readdir(directory.join("d"))).toEqual([`.sharestrata-${process.pid}-0123456789abcdef.part`, "f"]);
    expect((await stat(directory.join("d"))).mode & 0o7777).toBe(0o755);
  });

  it("stays in a dry run", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(directory.join(".sharestrata-4194305-0123456789abcdef.part"), "half");
    await symlink("x", directory.join("l"));
    await put({ in: {} }, directory.path, { dryRun: true });
    expect(await readdir(directory.path)).toHaveLength(2);
  });
});
