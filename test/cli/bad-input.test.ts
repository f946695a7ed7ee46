// Whatever is wrong: one clear sentence on stderr, nothing on stdout, the documented status, nothing half-written.
import { execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireCapability } from "../support/requires.js";
import { sharestrata, Setting } from "./support/cli.js";

let setting: Setting;

beforeAll(async () => {
  setting = await Setting.create();
  await setting.write("x.txt", "x");
  await setting.init();
  await setting.run("backup", "acme/docs");
});

afterAll(() => setting[Symbol.asyncDispose]());

describe("a command line that cannot be understood", () => {
  it.each<[string, string[], RegExp]>([
    ["no command", [], /^sharestrata: Say which command\.$/m],
    ["a misspelt command", ["bakup"], /did you mean backup\?/],
    ["an unknown option", ["ls", "acme/docs", "--nope"], /not understood here: nope\.\nTry sharestrata ls --help\./],
    ["a missing argument", ["backup"], /Too few arguments.*\nTry sharestrata backup --help\./],
    ["a missing option", ["init"], /What is missing: --share\./],
    ["a restore to nowhere", ["restore", "acme/docs"], /Say where files are put back: --to, or --in-place/],
    ["a restore to two places", ["restore", "acme/docs", "--to", "x", "--in-place"], /--to, or --in-place/],
    [
      "a way of overwriting that there is not",
      ["restore", "acme/docs", "--to", "x", "--overwrite=some"],
      /one of never,/,
    ],
    ["a glob that is none", ["restore", "acme/docs", "--to", "x", "--exclude", "a["], /The glob "a\[" cannot be used/],
    ["an option without its value", ["ls", "acme/docs", "--config"], /--config needs a value/],
    ["an option without the word it needs", ["mount", "/mnt", "--transport"], /--transport needs a value/],
    [
      "an option with a word that it does not know",
      ["mount", "/mnt", "--transport", "nosuch"],
      /--transport cannot be "nosuch": it takes one of "auto", "devfuse", "fuse-native"\.$/m,
    ],
    [
      "an argument that is none of its words",
      ["completion", "fish"],
      / shell cannot be "fish": it takes one of "bash", "zsh"\.$/m,
    ],
    ["a family without its command", ["config"], /Say which config command/],
    ["no share", ["backup", "docs"], /"docs" does not name a share/],
    ["an address with a wrong snapshot", ["ls", "acme/docs@monday"], /"monday" does not name a snapshot/],
    ["an address that leaves the snapshot", ["ls", "acme/docs:/../etc"], /"\.\." is not allowed/],
    ["a local path as address", ["restore", "/etc", "--to", "."], /is a local path, where an address is needed/],
    ["two shares compared", ["diff", "acme/docs", "acme/home"], /Only snapshots of one share/],
    ["a path in what is to be mounted", ["mount", "/mnt", "acme/docs@latest:/x"], /not a path in it/],
    [
      "a mount owner that is no number",
      ["mount", "/mnt", "acme/docs", "--uid", "root"],
      /--uid and --gid take a number/,
    ],
  ])("%s", async (_, argv, expected) => {
    const ending = await sharestrata(argv, { cwd: setting.directory.path });
    expect(ending.status).toBe(2);
    expect(ending.stdout).toBe("");
    expect(ending.stderr).toMatch(expected);
    expect(ending.stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
  });

  it.each([
    ["a key as an option", ["backup", "acme/docs", "--key", "c2VjcmV0c2VjcmV0"]],
    ["a SAS as an option", ["init", "--sas=sv=2024&sig=c2VjcmV0c2VjcmV0"]],
    [
      "a SAS in a URL",
      ["init", "--share", "a/b", "--source", "azure-files://abc/def?sv=1&sig=c2VjcmV0c2VjcmV0", "--store", "x"],
    ],
    ["a connection string", ["init", "--source", "AccountName=abc;AccountKey=c2VjcmV0c2VjcmV0"]],
  ])("%s is refused, and not repeated", async (_, argv) => {
    for (const more of [[], ["--json"], ["--verbose"]]) {
      const { status, stdout, stderr } = await sharestrata([...argv, ...more], { cwd: setting.directory.path });
      expect(status).toBe(2);
      expect(stdout + stderr).toMatch(/not taken from the command line/);
      expect(stdout + stderr).not.toContain("c2VjcmV0");
    }
  });
});

it("an address is not taken for a URL with a password", async () => {
  expect(await setting.run("ls", "acme/docs@latest://odd:name@x")).toMatchObject({ status: 10 });
});

describe("a configuration", () => {
  it("that is not there is said to be missing", async () => {
    expect(await sharestrata(["ls", "acme/docs"], { cwd: "/" })).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^sharestrata: There is no configuration: neither/) as string,
    });
    const named = await sharestrata(["ls", "acme/docs", "--config", setting.path("nope.yaml")]);
    expect(named).toMatchObject({ status: 2, stderr: expect.stringContaining("nope.yaml") as string });
  });

  it("with a wrong key is told by file, line and key", async () => {
    const file = setting.path("wrong.yaml");
    await writeFile(file, "shares:\n  acme/docs:\n    store: store\n    souce: file:///x\n");
    expect(await sharestrata(["backup", "acme/docs", "-c", file])).toEqual({
      status: 2,
      stdout: "",
      stderr: `sharestrata: ${file}:4: shares.acme/docs.souce: unknown key, did you mean source?\n`,
    });
    const { stderr } = await sharestrata(["backup", "acme/docs", "-c", file, "--json"]);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: "CONFIG_INVALID", fields: { file, line: 4, key: "shares.acme/docs.souce" } },
    });
  });

  it("is found by $SHARESTRATA_CONFIG and in the current folder", async () => {
    const found = { status: 0, stdout: "x.txt\n" };
    expect(await sharestrata(["ls", "acme/docs"], { env: { SHARESTRATA_CONFIG: setting.config } })).toMatchObject(
      found,
    );
    expect(await sharestrata(["ls", "acme/docs"], { cwd: setting.directory.path })).toMatchObject(found);
  });
});

describe("what does not exist", () => {
  it.each<[string, string[], RegExp]>([
    ["a share", ["ls", "acme/dosc"], /configures no share acme\/dosc: did you mean acme\/docs\?/],
    ["a snapshot", ["ls", "acme/docs@latest~9"], /has no snapshot latest~9; it has 1, the newest/],
    [
      "a path",
      ["restore", "acme/docs:/nope/x", "--to", "never"],
      /:\/nope\/x does not exist: there is no "nope" in \//,
    ],
    ["a snapshot to compare with", ["diff", "acme/docs"], /has no snapshot latest~1/],
  ])("%s", async (_, argv, expected) => {
    const ending = await setting.run(...argv);
    expect(ending).toMatchObject({ status: 10, stdout: "" });
    expect(ending.stderr).toMatch(expected);
    expect(ending.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(await readdir(setting.directory.path)).not.toContain("never");
  });

  it("a backup: told without an error where a list is asked for", async () => {
    await using fresh = await Setting.create();
    await fresh.init();
    expect(await fresh.json("snapshots", "acme/docs")).toEqual({ share: "acme/docs", snapshots: [] });
    expect(await fresh.run("ls", "acme/docs")).toMatchObject({
      status: 10,
      stderr: "sharestrata: acme/docs has no snapshot latest; it has none yet: run sharestrata backup acme/docs.\n",
    });
  });
});

describe("init", () => {
  it("a second time is refused, and changes nothing", async () => {
    const before = await readFile(setting.config);
    const again = await setting.init();
    expect(again).toMatchObject({ status: 10, stdout: "" });
    expect(again.stderr).toMatch(/^sharestrata: acme\/docs is set up already, in .* and in the store .*\.$/m);
    const other = await setting.run("init", "--share", "acme/docs", "--source", "elsewhere", "--store", "store");
    expect(other).toMatchObject({
      status: 10,
      stderr: expect.stringMatching(/configured already, with the source/) as string,
    });
    expect(await readFile(setting.config)).toEqual(before);
  });

  it("of a source that is not there leaves neither a configuration nor a store", async () => {
    await using fresh = await Setting.create();
    const ending = await fresh.run("init", "--share", "a/b", "--source", "missing", "--store", "store");
    expect(ending).toMatchObject({ status: 10, stdout: "" });
    expect(await readdir(fresh.directory.path)).toEqual(["source"]);
  });

  it("with a store that cannot be made leaves the configuration as it was", async () => {
    await using fresh = await Setting.create();
    await writeFile(fresh.path("file"), "");
    const ending = await fresh.run("init", "--share", "a/b", "--source", "source", "--store", "file/store");
    expect(ending.status).not.toBe(0);
    expect(ending.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect((await readdir(fresh.directory.path)).toSorted()).toEqual(["file", "source"]);
  });

  it("adds a share to a configuration and keeps its comments", async () => {
    await using fresh = await Setting.create();
    await fresh.init();
    await writeFile(fresh.config, `# mine\n${await readFile(fresh.config, "utf8")}# the end\n`);
    await chmod(fresh.config, 0o640);
    expect(await fresh.init("acme/second")).toMatchObject({ status: 0 });
    const text = await readFile(fresh.config, "utf8");
    expect(text).toMatch(/^# mine\n[^]*acme\/docs:[^]*acme\/second:[^]*# the end\n$/);
    expect(await fresh.json("config", "check")).toMatchObject({ shares: [{ ok: true }, { ok: true }] });
  });

  it("says what has to be given for a share that is not configured", async () => {
    const ending = await setting.run("init", "--share", "acme/new");
    expect(ending).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--source and --store must be given") as string,
    });
  });

  it("takes over a share that the store holds already", async () => {
    const config = setting.path("elsewhere.yaml");
    const { source, store } = { source: setting.source(), store: setting.path("store") };
    const taken = await sharestrata([
      "init",
      "-c",
      config,
      "--share",
      "acme/docs",
      "--source",
      source,
      "--store",
      store,
      "--json",
    ]);
    expect(taken.status, taken.stderr).toBe(0);
    expect(JSON.parse(taken.stdout)).toMatchObject({ adopted: true, configured: true });
  });
});

describe("a store", () => {
  it("written by a newer version is left alone", async () => {
    await using fresh = await Setting.create();
    await fresh.init();
    await makeNewer(fresh.path("store", "acme", "docs", "share.fb"));
    for (const argv of [
      ["backup", "acme/docs"],
      ["ls", "acme/docs"],
      ["config", "check"],
    ]) {
      const ending = await fresh.run(...argv);
      expect(ending.status, argv.join(" ")).toBe(15);
      expect(ending.stdout + ending.stderr).toMatch(/use the newer one/);
    }
    expect(await readdir(fresh.directory.path)).not.toContain("state");
  });

  it("that is gone is not made again by a backup", async () => {
    await using fresh = await Setting.create();
    await fresh.init();
    await rm(fresh.path("store"), { recursive: true });
    expect(await fresh.run("backup", "acme/docs")).toMatchObject({ status: 10 });
    expect(await readdir(fresh.directory.path)).not.toContain("store");
  });
});

// The version byte of the envelope (docs/format.md), with the checksum made right again.
async function makeNewer(file: string): Promise<void> {
  const object = await readFile(file);
  object[4] = 99;
  const digest = createHash("sha256").update(object.subarray(0, 32)).update(object.subarray(64)).digest();
  object.set(digest, 32);
  await writeFile(file, object);
}

describe("a file that cannot be read", () => {
  it("is named, the rest is backed up, and the status is 3", async () => {
    await using fresh = await Setting.create();
    await fresh.write("good.txt", "good");
    execFileSync("mkfifo", [fresh.source("pipe")]);
    await fresh.init();
    const ending = await fresh.run("backup", "acme/docs");
    expect(ending.status).toBe(3);
    expect(ending.stderr).toMatch(/^sharestrata: \/pipe: FILE_UNREADABLE: .*\n$/);
    expect(ending.stdout).toMatch(/1 passed over/);
    expect((await fresh.run("ls", "acme/docs")).stdout).toBe("good.txt\n");
    const again = await fresh.run("backup", "acme/docs", "--json");
    expect(again).toMatchObject({ status: 3, stderr: "" });
    expect(JSON.parse(again.stdout)).toMatchObject({
      snapshot: { status: "with-errors", counters: { errors: 1 } },
      passedOver: [{ path: "/pipe", code: "FILE_UNREADABLE" }],
    });
  });
});

describe("a mount point", () => {
  it("that does not exist is refused", async (ctx) => {
    requireCapability(ctx, "fuse");
    const ending = await setting.run("mount", setting.path("nowhere"), "acme/docs");
    expect(ending).toMatchObject({ status: 16, stdout: "" });
    expect(ending.stderr).toMatch(/^sharestrata: The mount point .*nowhere does not exist\.\n$/);
  });

  it("that is not empty is refused, and left as it is", async (ctx) => {
    requireCapability(ctx, "fuse");
    await mkdir(setting.path("full", "inner"), { recursive: true });
    const ending = await setting.run("mount", setting.path("full"));
    expect(ending).toMatchObject({ status: 16, stderr: expect.stringMatching(/full is not empty\.\n$/) as string });
    expect(await readdir(setting.path("full"))).toEqual(["inner"]);
  });

  it("with nothing mounted cannot be unmounted", async () => {
    const ending = await sharestrata(["umount", setting.source()]);
    expect(ending).toMatchObject({ status: 16, stderr: expect.stringMatching(/Nothing is mounted at/) as string });
  });
});
