// `restore` from the command line: what is there already, deleting, plans, globs, in place.
import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Setting } from "./support/cli.js";

let setting: Setting;
let tests = 0;

beforeEach(() => {
  tests++;
});

beforeAll(async () => {
  setting = await Setting.create();
  await setting.write("a.txt", "a");
  await setting.write("b.pdf", "b");
  await setting.write("docs/c.pdf", "c");
  await setting.write("docs/deep/d.pdf", "d");
  await setting.write("docs/deep/e.txt", "e");
  await setting.write("odd[1]/f.txt", "f");
  await setting.init();
  await setting.run("backup", "acme/docs");
});

afterAll(() => setting[Symbol.asyncDispose]());

const restore = (...argv: readonly string[]) => setting.run("restore", ...argv);
const out = (...parts: readonly string[]): string => setting.path(`out${tests}`, ...parts);
const filesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `${entry.parentPath.slice(folder.length)}/${entry.name}`)
    .toSorted();

describe("--overwrite", () => {
  beforeEach(async () => {
    await restore("acme/docs", "--to", out());
    const { mtime } = await stat(out("a.txt"));
    await writeFile(out("a.txt"), "A");
    await utimes(out("a.txt"), mtime, mtime);
    await writeFile(out("b.pdf"), "changed");
  });

  it.each([
    [["--overwrite", "never"], 3, "A", "changed"],
    [["--overwrite"], 0, "A", "b"],
    [["--overwrite", "if-different"], 0, "A", "b"],
    [["--overwrite=always"], 0, "a", "b"],
  ])("%j", async (options, status, hidden, shown) => {
    // The time is told to the millisecond here, so both differ in less than one; the size says nothing of "A".
    const ending = await restore("acme/docs", "--to", out(), ...options);
    expect(ending.status).toBe(status);
    expect(await readFile(out("b.pdf"), "utf8")).toBe(shown);
    if (options.includes("--overwrite=always")) expect(await readFile(out("a.txt"), "utf8")).toBe(hidden);
  });
});

describe("--delete", () => {
  it("makes a folder what the snapshot is, and a dry run before it changes nothing", async () => {
    await restore("acme/docs", "--to", out());
    await mkdir(out("more/deep"), { recursive: true });
    await writeFile(out("more/deep/x"), "x");
    await writeFile(out("docs/y"), "y");
    await rm(out("a.txt"));
    const before = await filesIn(out());
    const plan = await restore("acme/docs", "--to", out(), "--delete", "--dry-run");
    expect(plan.status).toBe(0);
    expect(plan.stdout.trimEnd().split("\n").toSorted()).toEqual([
      `${out()}: 1 file (1 B) to create, 5 files (5 B) and 3 folders to leave as they are, 2 files (2 B) and 2 folders to delete; nothing was done`,
      "create     /a.txt (1 B): it is missing",
      "delete     /docs/y (1 B): the snapshot does not have it",
      "delete     /more/: the snapshot does not have it",
      "delete     /more/deep/: the snapshot does not have it",
      "delete     /more/deep/x (1 B): the snapshot does not have it",
    ]);
    expect(await filesIn(out())).toEqual(before);
    const done = await setting.json<{ deleted: number }>("restore", "acme/docs", "--to", out(), "--delete");
    expect(done).toMatchObject({ deleted: 4, files: 6, unchanged: 5, plan: { delete: { files: 2, directories: 2 } } });
    expect(await filesIn(out())).toEqual(await filesIn(setting.source()));
  });

  it("keeps what is excluded, and takes only what is included", async () => {
    await restore("acme/docs", "--to", out());
    for (const name of ["docs/x.pdf", "docs/x.txt", "keep.pdf"]) await writeFile(out(name), "x");
    await restore("acme/docs", "--to", out(), "--delete", "--include", "*.pdf", "--exclude", "keep*");
    const found = await filesIn(out());
    expect(found.filter((name) => /x|keep/.test(name.slice(0, -4)))).toEqual(["/docs/x.txt", "/keep.pdf"]);
  });

  it.each([
    [
      "a folder that has nothing in common with the snapshot",
      "acme/docs",
      /^sharestrata: Nothing that is in .* is in \/ /,
    ],
    [
      "an empty folder of the snapshot",
      "acme/docs:/empty",
      /^sharestrata: \/empty is empty in the snapshot, so --delete/,
    ],
  ])("is refused for %s, and nothing is done", async (_, address, expected) => {
    await mkdir(setting.source("empty"), { recursive: true });
    await setting.run("backup", "acme/docs");
    await mkdir(out());
    await writeFile(out("precious"), "mine");
    for (const more of [[], ["--dry-run"]]) {
      const ending = await restore(address, "--to", out(), "--delete", ...more);
      expect(ending.status).toBe(2);
      expect(ending.stderr).toMatch(expected);
    }
    expect(await readdir(out())).toEqual(["precious"]);
  });

  it("never takes the store or the state folder away", async () => {
    const home = setting.path("home");
    await setting.run("init", "--share", "acme/home", "--source", home, "--store", `file://${home}/deep/store`);
    await mkdir(home);
    await writeFile(`${home}/f`, "f");
    await setting.run("init", "--share", "acme/home", "--source", home, "--store", `file://${setting.path("store")}`);
    await setting.run("backup", "acme/home");
    const text = await readFile(setting.config, "utf8");
    await writeFile(setting.config, text.replace(/^state:.*$/m, ""));
    await mkdir(`${home}/x/state`, { recursive: true });
    await writeFile(setting.config, `state: ${home}/x/state\n${await readFile(setting.config, "utf8")}`);
    const ending = await restore("acme/home", "--in-place", "--delete");
    expect(ending.stderr).toMatch(/\/x: DELETE_REFUSED: It is, or holds, a store or state folder of Sharestrata/);
    expect(ending.status).toBe(3);
    expect((await readdir(`${home}/x/state`)).length).toBeGreaterThan(0);
  });

  it("never takes the store of another share of the configuration away, and not what holds it", async () => {
    await using other = await Setting.create();
    await other.write("f", "f");
    const to = other.path("to");
    await other.init();
    await mkdir(`${to}/backups`, { recursive: true });
    await other.run("init", "--share", "acme/more", "--source", other.source(), "--store", `file://${to}/backups/more`);
    for (const share of ["acme/docs", "acme/more"]) await other.run("backup", share);
    const held = await filesIn(`${to}/backups`);
    expect(held.length).toBeGreaterThan(3);
    for (const path of ["f", "stray", "backups/stray", "backups/more/stray"]) await writeFile(`${to}/${path}`, "f");
    const ending = await other.run("restore", "acme/docs", "--to", to, "--overwrite", "--delete");
    expect(ending.stderr).toMatch(/^sharestrata: \/backups: DELETE_REFUSED: It is, or holds, a store or state folder/);
    expect(ending.status).toBe(3);
    expect(await filesIn(to)).toEqual(
      ["/f", ...["/stray", "/more/stray", ...held].map((path) => `/backups${path}`)].toSorted(),
    );
    expect(await other.run("verify", "acme/more", "--read-data")).toMatchObject({ status: 0 });
  });

  it("of a single file is refused", async () => {
    expect(await restore("acme/docs:/a.txt", "--to", out(), "--delete")).toMatchObject({ status: 2 });
  });
});

describe("a plan", () => {
  it.each(["--overwrite", "--overwrite=always"])(
    "has the totals that the run then has: %s --delete",
    async (overwrite) => {
      await restore("acme/docs", "--to", out());
      await writeFile(out("a.txt"), "longer");
      await rm(out("b.pdf"));
      await mkdir(out("b.pdf/deep"), { recursive: true });
      await writeFile(out("b.pdf/deep/in the way"), "x");
      await rm(out("docs/deep"), { recursive: true });
      await writeFile(out("docs/deep"), "in the way");
      await utimes(out("docs/c.pdf"), 1, 1);
      await mkdir(out("more"));
      await writeFile(out("more/x"), "x");
      const argv = ["restore", "acme/docs", "--to", out(), overwrite, "--delete"];
      const lines = (await setting.run(...argv, "--dry-run", "--json")).stdout.trimEnd().split("\n");
      const planned = JSON.parse(lines.at(-1) ?? "") as Record<string, unknown>;
      const done = await setting.json<Record<string, unknown>>(...argv);
      for (const key of ["plan", "files", "directories", "bytes", "deleted", "errors"]) {
        expect([key, planned[key]]).toEqual([key, done[key]]);
      }
      expect(done["plan"]).toMatchObject({
        delete: { files: 2, directories: 3 },
        replace: { files: 1, directories: 1 },
      });
      expect(await filesIn(out())).toEqual(await filesIn(setting.source()));
    },
  );
});

describe("what is put back", () => {
  it("are the names of a hard-linked file as one file, through a backup, and a part of them too", async () => {
    await setting.write("linked/one", "same");
    await link(setting.source("linked/one"), setting.source("linked/two"));
    await link(setting.source("linked/one"), setting.source("three"));
    await setting.run("backup", "acme/docs");
    expect(await restore("acme/docs", "--to", out(), "--include", "linked", "--include", "three")).toMatchObject({
      status: 0,
    });
    const inodes = await Promise.all(
      ["linked/one", "linked/two", "three"].map(async (name) => (await stat(out(name))).ino),
    );
    expect(new Set(inodes).size).toBe(1);
    await rm(out("three"));
    expect(await restore("acme/docs:/linked", "--to", out("part"))).toMatchObject({ status: 0 });
    expect((await stat(out("part/one"))).ino).toBe((await stat(out("part/two"))).ino);
    for (const name of ["linked", "three"]) await rm(setting.source(name), { recursive: true });
    await setting.run("backup", "acme/docs");
  });

  it.each([
    ["acme/docs:/docs/**/*.pdf", [], ["/c.pdf", "/deep/d.pdf"]],
    ["acme/docs:/odd[1]", [], ["/f.txt"]],
    ["acme/docs:/o*", [], ["/odd[1]/f.txt"]],
    ["acme/docs", ["--include", "*.pdf"], ["/b.pdf", "/docs/c.pdf", "/docs/deep/d.pdf"]],
    ["acme/docs", ["--include", "/docs/*.pdf", "--include", "a.*"], ["/a.txt", "/docs/c.pdf"]],
    ["acme/docs", ["--exclude", "deep,odd*"], ["/a.txt", "/b.pdf", "/docs/c.pdf"]],
  ])("%s %j", async (address, options, expected) => {
    expect(await restore(address, "--to", out(), ...options)).toMatchObject({ status: 0 });
    expect(await filesIn(out())).toEqual(expected);
  });

  it("is nothing, and that is said, when nothing is what the globs say", async () => {
    const ending = await restore("acme/docs", "--to", out(), "--include", "*.nothing");
    expect(ending).toMatchObject({ status: 10, stdout: "" });
    expect(ending.stderr).toMatch(/^sharestrata: Nothing in the snapshot .* is what the globs say\.\n$/);
    await expect(readdir(out())).rejects.toThrow(/ENOENT/);
  });

  it("goes back to where it came from with --in-place, also a part", async () => {
    await writeFile(setting.source("docs/deep/d.pdf"), "damaged!");
    await rm(setting.source("docs/c.pdf"));
    const ending = await restore("acme/docs:/docs", "--in-place", "--overwrite");
    expect(ending).toMatchObject({ status: 0 });
    expect(await readFile(setting.source("docs/deep/d.pdf"), "utf8")).toBe("d");
    expect(await readFile(setting.source("docs/c.pdf"), "utf8")).toBe("c");
    expect(await filesIn(setting.source())).toHaveLength(6);
    expect(await setting.json("backup", "acme/docs")).toMatchObject({
      snapshot: { counters: { added: 0, bytesRead: 2 } },
    });
  });

  it("is told in lines of JSON before it is done", async () => {
    const { stdout, status } = await restore("acme/docs:/docs", "--to", out(), "--dry-run", "--json");
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(status).toBe(0);
    expect(lines.find(({ path }) => path === "/docs/c.pdf")).toEqual({
      action: "create",
      path: "/docs/c.pdf",
      kind: "file",
      size: 1,
      reason: "it is missing",
    });
    expect(lines.at(-1)).toMatchObject({
      dryRun: true,
      plan: { create: { files: 3, directories: 1, bytes: 3 } },
      errors: 0,
    });
    await expect(readdir(out())).rejects.toThrow(/ENOENT/);
  });
});
