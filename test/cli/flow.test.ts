// The way people go through it: init, backup, edit, backup again, look, compare, put back.
import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ending, Setting, type SnapshotAnswer } from "./support/cli.js";

let setting: Setting;
let endings: { readonly init: Ending; readonly first: Ending; readonly second: Ending };

beforeAll(async () => {
  setting = await Setting.create();
  await setting.write("a file.txt", "one");
  await setting.write("Grüße/ü.txt", "umlaut");
  await setting.write("deep/er/x.txt", "x");
  await setting.write("gone.txt", "going");
  await mkdir(setting.source("empty"));
  await symlink("a file.txt", setting.source("link"));
  await utimes(setting.source("deep/er/x.txt"), 1_600_000_000, 1_600_000_000);
  const init = await setting.init();
  const first = await setting.run("backup", "acme/docs");
  await writeFile(setting.source("a file.txt"), "one and two");
  await rename(setting.source("deep"), setting.source("deeper"));
  await rm(setting.source("gone.txt"));
  await setting.write("new.txt", "new");
  const second = await setting.run("backup", "acme/docs", "--json");
  endings = { init, first, second };
});

afterAll(() => setting[Symbol.asyncDispose]());

describe("init and backup", () => {
  it("say what they did, on stderr what is only good to know", () => {
    const { init, first } = endings;
    expect(init).toMatchObject({ status: 0, stdout: "" });
    expect(init.stderr).toMatch(/is set up in .*\nNext: sharestrata backup acme\/docs\n$/);
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(first.stdout).toMatch(/^acme\/docs@\d{4}.*: 5 files, 5 folders/);
  });

  it("tell scripts what was backed up", () => {
    expect(endings.second).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(endings.second.stdout)).toMatchObject({
      share: "acme/docs",
      snapshot: { id: 2, counters: { added: 1, deleted: 1, renamed: 1, errors: 0 } },
      passedOver: [],
    });
  });
});

describe("snapshots", () => {
  it("are listed with what scripts rely on, oldest first", async () => {
    const { share, snapshots } = await setting.json<{ share: string; snapshots: SnapshotAnswer[] }>(
      "snapshots",
      "acme/docs",
    );
    expect(share).toBe("acme/docs");
    expect(snapshots.map(({ id, files, status, consistent }) => ({ id, files, status, consistent }))).toEqual([
      { id: 1, files: 5, status: "complete", consistent: false },
      { id: 2, files: 5, status: "complete", consistent: false },
    ]);
    expect(snapshots[0]?.bytes).toBe(3 + 6 + 1 + 5);
    expect(snapshots[0]?.name).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-2)?$/);
  });

  it("are a table for people", async () => {
    const { stdout } = await setting.run("snapshots", "acme/docs");
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^Snapshot +Made +Files +Folders +Size/);
    expect(lines[2]).toMatch(/complete, read live$/);
  });
});

describe("ls", () => {
  it("lists a directory as of the newest snapshot, or an older one", async () => {
    expect((await setting.run("ls", "acme/docs")).stdout.split("\n")).toEqual([
      "Grüße/",
      "a file.txt",
      "deeper/",
      "empty/",
      "link",
      "new.txt",
      "",
    ]);
    expect((await setting.run("ls", "acme/docs@latest~1:/deep/er")).stdout).toBe("x.txt\n");
  });

  it("goes down with -R, and tells mode, size and time with -l", async () => {
    const { stdout } = await setting.run("ls", "-lR", "acme/docs:/deeper");
    expect(stdout).toMatch(/^d[rwx-]{9} .* er\/\n-[rwx-]{9} .* 1 2020-09-1\d \d\d:\d\d er\/x\.txt\n$/);
  });

  it("gives a line of JSON for each entry", async () => {
    const { stdout } = await setting.run("ls", "acme/docs@latest:/new.txt", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ path: "/new.txt", kind: "file", size: 3, since: 2 });
  });
});

describe("diff", () => {
  it("shows what the newest backup found changed", async () => {
    const { status, stdout } = await setting.run("diff", "acme/docs");
    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n").toSorted()).toEqual(
      [
        "+ new.txt",
        "- gone.txt",
        "M ./ (mtime)",
        "M a file.txt (content, size, mtime)",
        // Nothing but its name.
        "R deep/ -> deeper/",
      ].toSorted(),
    );
  });

  it("shows the opposite the other way round", async () => {
    const { stdout } = await setting.run("diff", "acme/docs@latest", "acme/docs@latest~1");
    expect(stdout).toContain("- new.txt\n");
    expect(stdout).toContain("R deeper/ -> deep/\n");
  });

  it("counts with --stat and tells lines of JSON with --json", async () => {
    expect(await setting.json("diff", "acme/docs", "--stat")).toMatchObject({
      added: 1,
      modified: 2,
      renamed: 1,
      removed: 1,
    });
    const { stdout } = await setting.run("diff", "acme/docs", "--json");
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ change: "renamed", path: "/deeper", from: "/deep" }));
    expect(lines).toContainEqual(
      expect.objectContaining({ change: "modified", path: "/a file.txt", sizeBefore: 3, size: 11 }),
    );
  });

  it("is restricted by a path, where moving in is adding", async () => {
    const { stdout } = await setting.run("diff", "acme/docs@latest~1:/deeper", "acme/docs@latest:/deeper");
    expect(stdout).toBe("+ ./\n");
  });

  it("says nothing about two equal snapshots", async () => {
    expect(await setting.run("diff", "acme/docs@latest", "acme/docs@latest")).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
  });
});

describe("restore", () => {
  it("puts the contents of a directory into the folder", async () => {
    const to = setting.path("out", "whole");
    const answer = await setting.json<{ files: number; passedOver: unknown[] }>("restore", "acme/docs", "--to", to);
    expect(answer).toMatchObject({ files: 5, unchanged: 0, errors: 0, passedOver: [] });
    expect((await readdir(to)).toSorted()).toEqual(["Grüße", "a file.txt", "deeper", "empty", "link", "new.txt"]);
    expect(await readFile(`${to}/Grüße/ü.txt`, "utf8")).toBe("umlaut");
    expect(await readlink(`${to}/link`)).toBe("a file.txt");
    expect((await stat(`${to}/deeper/er/x.txt`)).mtimeMs).toBe(1_600_000_000_000);
    const sourceTime = Math.trunc((await stat(setting.source("deeper"))).mtimeMs);
    expect(Math.trunc((await stat(`${to}/deeper`)).mtimeMs)).toBe(sourceTime);
  });

  it("puts a single file into the folder, as it was", async () => {
    const to = setting.path("out", "one");
    expect(await setting.run("restore", "acme/docs@latest~1:/a file.txt", "--to", to)).toMatchObject({ status: 0 });
    expect(await readdir(to)).toEqual(["a file.txt"]);
    expect(await readFile(`${to}/a file.txt`, "utf8")).toBe("one");
  });

  it("keeps a file that is there and differs, says so with status 3, and replaces it when told to", async () => {
    const to = setting.path("out", "kept");
    await mkdir(to, { recursive: true });
    await writeFile(`${to}/new.txt`, "mine");
    const kept = await setting.run("restore", "acme/docs", "--to", to);
    expect(kept.status).toBe(3);
    expect(kept.stderr).toBe(
      "sharestrata: /new.txt: ALREADY_EXISTS: It is there already and differs; --overwrite replaces it.\n",
    );
    expect(await readFile(`${to}/new.txt`, "utf8")).toBe("mine");
    expect(await setting.run("restore", "acme/docs", "--to", to, "--overwrite")).toMatchObject({ status: 0 });
    expect(await readFile(`${to}/new.txt`, "utf8")).toBe("new");
  });
});

describe("config check", () => {
  it("finds everything in order, and changes nothing", async () => {
    const before = await readFile(setting.config, "utf8");
    expect(await setting.json("config", "check")).toMatchObject({ shares: [{ share: "acme/docs", ok: true }] });
    expect(await readFile(setting.config, "utf8")).toBe(before);
  });
});

describe("state that is lost", () => {
  it("is built again from the store", async () => {
    const before = await setting.run("ls", "-lR", "acme/docs@latest~1");
    await rm(setting.path("state"), { recursive: true });
    expect(await setting.run("ls", "-lR", "acme/docs@latest~1")).toEqual(before);
  });
});
