// `find` on real backups: by name, path, type, size and time, in one snapshot and among all versions.
import { mkdir, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../cli/run.js";
import { Collector, Setting, type SnapshotAnswer } from "./support/cli.js";

let setting: Setting;
let first: string;
let second: string;

beforeAll(async () => {
  setting = await Setting.create();
  await setting.write("reports/2026/may.PDF", "old");
  await setting.write("reports/readme.txt", "five!");
  await setting.write(".hidden", "");
  await setting.write("line\nbreak.txt", "");
  await setting.write("gone/x.pdf", "x");
  await mkdir(setting.source("empty"));
  await symlink("reports", setting.source("link"));
  await writeFile(setting.source("large.bin"), "");
  await truncate(setting.source("large.bin"), 3 * 1024 ** 2);
  await utimes(setting.source("reports/readme.txt"), 1_600_000_000, 1_600_000_000);
  await setting.init();
  await setting.run("backup", "acme/docs");
  await writeFile(setting.source("reports/2026/may.PDF"), "new text");
  await rename(setting.source("reports"), setting.source("papers"));
  await rm(setting.source("gone"), { recursive: true });
  await setting.run("backup", "acme/docs");
  const { snapshots } = await setting.json<{ snapshots: SnapshotAnswer[] }>("snapshots", "acme/docs");
  [first = "", second = ""] = snapshots.map(({ name }) => name);
});

afterAll(() => setting[Symbol.asyncDispose]());

async function found(...argv: readonly string[]): Promise<readonly string[]> {
  const { status, stdout, stderr } = await setting.run("find", ...argv);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout
    .split(stdout.includes("\0") ? "\0" : "\n")
    .slice(0, -1)
    .toSorted();
}

describe("find", () => {
  it("shows every path of the newest snapshot, or of the one named, when nothing is asked for", async () => {
    const all = ["/", "/.hidden", "/empty/", "/large.bin", "/line\nbreak.txt", "/link", "/papers/", "/papers/2026/"];
    const files = ["/papers/2026/may.PDF", "/papers/readme.txt"];
    expect(await found("acme/docs", "--print0")).toEqual([...all, ...files].toSorted());
    expect(await found(`acme/docs@${first}`, "--type", "d")).toEqual([
      "/",
      "/empty/",
      "/gone/",
      "/reports/",
      "/reports/2026/",
    ]);
  });

  it.each<[string, string[], string[]]>([
    ["a name", ["--name", "*.pdf"], []],
    ["a name in either case", ["--name", "*.pdf", "-i"], ["/papers/2026/may.PDF"]],
    ["a path", ["--path", "/papers/*"], ["/papers/2026/", "/papers/readme.txt"]],
    ["a path at any depth", ["--path", "papers/**/*.*"], ["/papers/2026/may.PDF", "/papers/readme.txt"]],
    ["a path that is not there", ["--path", "/nowhere/deep/*"], []],
    ["types", ["--type", "l,d", "--name", "[!p2]*"], ["/empty/", "/link"]],
    ["more than a size", ["--size", "+2M"], ["/large.bin"]],
    [
      "less than a size",
      ["--size", "-4k", "--name", "*[a-z].*"],
      ["/line\nbreak.txt", "/papers/2026/may.PDF", "/papers/readme.txt"],
    ],
    ["a size between two", ["--size=+4,-6"], ["/papers/readme.txt"]],
    ["a size exactly", ["--size", "8"], ["/papers/2026/may.PDF"]],
    ["an age", ["--older", "52w", "--type", "f"], ["/papers/readme.txt"]],
    ["a date", ["--newer", "2020-09-01", "--older", "2020-10-01T00:00:00Z", "--type", "f"], ["/papers/readme.txt"]],
    [
      "a time to the second, which is included",
      ["--newer", "2020-09-13T12:26:40Z", "--older", "2021-01-01"],
      ["/papers/readme.txt"],
    ],
  ])("by %s", async (_, argv, expected) => {
    expect(await found("acme/docs", "--print0", ...argv)).toEqual(expected);
  });

  it("looks beneath a folder, the folder included, and at a single file", async () => {
    expect(await found("acme/docs:/papers/2026")).toEqual(["/papers/2026/", "/papers/2026/may.PDF"]);
    expect(await found(`acme/docs@${first}:/gone`, "--path", "/gone/*")).toEqual(["/gone/x.pdf"]);
    expect(await found("acme/docs:/papers/readme.txt", "--name", "*.txt")).toEqual(["/papers/readme.txt"]);
  });

  it("shows every version of all snapshots once, as its last snapshot has it", async () => {
    expect(await found("acme/docs", "--all-snapshots", "--name", "*.pdf", "--ignore-case")).toEqual(
      [
        `${first} ${first} /gone/x.pdf`,
        `${first} ${first} /reports/2026/may.PDF`,
        `${second} ${second} /papers/2026/may.PDF`,
      ].toSorted(),
    );
    expect(await found("acme/docs:/papers", "-a", "--type", "f", "--name", "r*")).toEqual([
      `${first} ${second} /papers/readme.txt`,
    ]);
    expect(await found("acme/docs:/gone", "-a", "--type", "f")).toEqual([`${first} ${first} /gone/x.pdf`]);
  });

  it("tells mode, size and time with --long, and lines of JSON with --json", async () => {
    const [long] = await found("acme/docs", "-l", "--name", "readme.*");
    expect(long).toMatch(/^-[rwx-]{9} .* 5 2020-09-1\d \d\d:\d\d \/papers\/readme\.txt$/);
    const one = await setting.run("find", "acme/docs", "--name", "readme.*", "--json");
    expect(JSON.parse(one.stdout)).toMatchObject({ path: "/papers/readme.txt", kind: "file", size: 5, since: 1 });
    const all = await setting.run("find", "acme/docs", "--name", "readme.*", "--json", "--all-snapshots");
    expect(JSON.parse(all.stdout)).toMatchObject({ path: "/papers/readme.txt", first, last: second });
  });

  it("does a terminal no harm, but gives programs the names as they are", async () => {
    const onTerminal = async (...more: readonly string[]): Promise<string> => {
      const stdout = Object.assign(new Collector(), { isTTY: true });
      const argv = ["find", "acme/docs", "--name", "line*", ...more, "--config", setting.config];
      await run(argv, { stdout, stderr: new Collector(), env: {}, cwd: "/", signal: new AbortController().signal });
      return stdout.text;
    };
    expect(await onTerminal()).toBe("/line\\x0abreak.txt\n");
    expect(await onTerminal("--print0")).toBe("/line\nbreak.txt\0");
  });

  it.each<[string, string[], RegExp]>([
    ["a glob that is not closed", ["--name", "[a"], /The glob "\[a" cannot be used: a "\[" is not closed/],
    ["a slash in a name", ["--name", "a/b"], /no name holds a "\/"/],
    ["an empty path", ["--path", ""], /it is empty/],
    ["a size", ["--size", "big"], /"big" is no size: write 100, \+10M/],
    ["a type", ["--type", "x"], /"x" is no type: write f \(file\)/],
    ["a time", ["--newer", "soon"], /"soon" is no time: write a date/],
    ["an option without its value", ["--name"], /The option --name needs a value/],
    ["both ways of ending a line", ["--print0", "--json"], /--print0 or --json, not both/],
  ])("refuses %s", async (_, argv, expected) => {
    const ending = await setting.run("find", "acme/docs", ...argv);
    expect(ending).toMatchObject({ status: 2, stdout: "" });
    expect(ending.stderr).toMatch(expected);
  });

  it("refuses a snapshot beside --all-snapshots, and says when a path is in none", async () => {
    expect(await setting.run("find", "acme/docs@latest", "-a")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Name a snapshot, or take --all-snapshots, not both.") as string,
    });
    expect(await setting.run("find", "acme/docs:/nope")).toMatchObject({ status: 10, stdout: "" });
    expect(await setting.run("find", "acme/docs:/nope", "-a")).toMatchObject({
      status: 10,
      stderr: "sharestrata: No snapshot of acme/docs has /nope.\n",
    });
  });
});
