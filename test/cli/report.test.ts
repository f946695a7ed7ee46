// `report` on a share that was really backed up.
import { mkdir, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Setting, sharestrata } from "./support/cli.js";

let setting: Setting;

const same = "the same in three places";

beforeAll(async () => {
  setting = await Setting.create();
  await setting.write("a.TXT", same);
  await setting.write("docs/b.txt", same);
  await setting.write("docs/deep/c.pdf", same);
  await setting.write("docs/deep/old.pdf", "x".repeat(2000));
  await setting.write("empty", "");
  await symlink("a.TXT", setting.source("link"));
  await utimes(setting.source("docs/deep/old.pdf"), 1_000_000_000, 1_000_000_000);
  await setting.init();
  await setting.run("backup", "acme/docs");
  await writeFile(setting.source("a.TXT"), "something else");
  await rm(setting.source("docs/b.txt"));
  await setting.write("new.bin", "x".repeat(5000));
  await setting.run("backup", "acme/docs");
});

afterAll(() => setting[Symbol.asyncDispose]());

interface Answer {
  readonly [key: string]: unknown;
  readonly sizes: readonly { readonly files: number }[];
  readonly ages: readonly { readonly atMostDays: number | null; readonly files: number }[];
  readonly duplicates: { readonly largest: readonly { readonly paths: readonly string[] }[] } | null;
}

const report = (...argv: readonly string[]): Promise<Answer> => setting.json<Answer>("report", ...argv);
const filled = <T extends { readonly files: number }>(steps: readonly T[]): readonly T[] =>
  steps.filter(({ files }) => files > 0);

describe("report --json", () => {
  it("has the shape that scripts rely on", async () => {
    const answer = await report("acme/docs");
    expect(answer).toMatchObject({
      address: expect.stringMatching(/^acme\/docs@\d{4}-.*:\/$/) as string,
      snapshot: { id: 2, files: 6 },
      path: "/",
      totals: { files: 5, directories: 3, symlinks: 1, bytes: 7038, averageBytes: 7038 / 5 },
      types: {
        largest: [
          { extension: "bin", files: 1, bytes: 5000 },
          { extension: "pdf", files: 2, bytes: 2024 },
          { extension: "txt", files: 1, bytes: 14 },
          { extension: "", files: 1, bytes: 0 },
        ],
        others: { files: 0, bytes: 0 },
        extensions: 4,
        missingBytes: 0,
      },
      largestDirectories: [
        { path: "/", files: 3, bytes: 5014 },
        { path: "/docs/deep", files: 2, bytes: 2024 },
      ],
      duplicates: { groups: 0, files: 0, wastedBytes: 0, unsharedBytes: 0, largest: [] },
      growth: [
        { id: 1, files: 6, bytes: 2072, filesMore: null, bytesMore: null },
        { id: 2, files: 6, bytes: 7038, filesMore: 0, bytesMore: 4966, added: 1, deleted: 1, renamed: 0 },
      ],
    });
    expect(Object.keys(answer)).toEqual([
      "address",
      "snapshot",
      "path",
      "totals",
      "types",
      "sizes",
      "ages",
      "largestFiles",
      "largestDirectories",
      "duplicates",
      "growth",
    ]);
    expect(filled(answer.sizes)).toEqual([
      { atMostBytes: 0, files: 1, bytes: 0 },
      { atMostBytes: 1024, files: 2, bytes: 38 },
      { atMostBytes: 16_384, files: 2, bytes: 7000 },
    ]);
    expect(answer.ages.at(-1)).toEqual({ atMostDays: null, files: 1, bytes: 2000 });
    expect(filled(answer.ages).map(({ atMostDays }) => atMostDays)).toEqual([1, null]);
  });

  it("tells duplicates of an older snapshot, whatever became of them since", async () => {
    const { duplicates } = await report("acme/docs@latest~1");
    expect(duplicates).toMatchObject({
      groups: 1,
      files: 3,
      wastedBytes: 2 * same.length,
      unsharedBytes: 0,
      largest: [{ size: same.length, files: 3, contents: 1 }],
    });
    expect(duplicates?.largest[0]?.paths.toSorted()).toEqual(["/a.TXT", "/docs/b.txt", "/docs/deep/c.pdf"]);
  });

  it("is restricted to what lies beneath a directory, and --top says how much is told", async () => {
    const answer = await report("acme/docs@latest~1:/docs", "--top", "1");
    expect(answer).toMatchObject({
      path: "/docs",
      totals: { files: 3, directories: 2, symlinks: 0, bytes: 2048 },
      types: { largest: [{ extension: "pdf", files: 2, bytes: 2024 }], others: { files: 1, bytes: 24 }, extensions: 2 },
      largestFiles: [{ path: "/docs/deep/old.pdf", size: 2000, mtime: "2001-09-09T01:46:40Z" }],
      largestDirectories: [{ path: "/docs/deep", files: 2, bytes: 2024 }],
      duplicates: { groups: 1, files: 2 },
      growth: [{ id: 1 }],
    });
  });

  it("leaves duplicates out when told to", async () => {
    expect((await report("acme/docs", "--no-duplicates")).duplicates).toBeNull();
  });

  it("leaves nothing behind in the state folder", async () => {
    const list = (): Promise<string[]> => readdir(setting.path("state", "acme", "docs"));
    const before = await list();
    await report("acme/docs");
    expect(await list()).toEqual(before);
  });
});

describe("report", () => {
  it("is a page for people, without what holds nothing", async () => {
    const { status, stdout, stderr } = await setting.run("report", "acme/docs@latest~1");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(
      /^acme\/docs@.*:\/\n5 files, 3 directories, 1 symlink, 2\.02 KiB, average 414 B, median about 2\d B\n/,
    );
    expect(stdout).toMatch(/^By type\nExtension +Files +Size +of all\n\.pdf +2 +1\.98 KiB +97\.7 %\n/m);
    expect(stdout).toMatch(/^up to 16 KiB +1 +1\.95 KiB/m);
    expect(stdout).toMatch(/^more than 5 years +1 /m);
    expect(stdout).toMatch(/^1\.95 KiB +2001-09-09 \d\d:\d\d +\/docs\/deep\/old\.pdf$/m);
    expect(stdout).toMatch(
      /^3 files in 1 group; all but one of each hold 48 B\.\nAll of it has equal content ids, which is proof;/m,
    );
    expect(stdout).not.toMatch(/^empty.*\n.*\n.*\nup to 256 KiB/m);
    expect(stdout).toMatch(/^48 B: 3 × 24 B, equal\n {2}\/a\.TXT$/m);
    expect(stdout).not.toMatch(/ $/m);
  });

  it("of a share that holds nothing is short", async () => {
    await using fresh = await Setting.create();
    await fresh.init();
    await fresh.run("backup", "acme/docs");
    await mkdir(fresh.source("folder"));
    const { status, stdout } = await fresh.run("report", "acme/docs");
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^acme\/docs@.*:\/\n0 files, 1 directory, 0 B\n\nDuplicates\nNo two files hold the same\.\n\nGrowth of the whole share\n/,
    );
  });

  it.each<[string, number, string[], RegExp]>([
    ["an unknown path", 10, ["acme/docs:/nope"], /:\/nope does not exist/],
    ["a file", 2, ["acme/docs:/a.TXT"], /:\/a\.TXT is a file; a report is about a directory\.$/m],
    ["an unknown snapshot", 10, ["acme/docs@latest~7"], /has no snapshot latest~7/],
    ["nothing told", 2, ["acme/docs", "--top", "0"], /--top takes a whole number from 1 to 1000\./],
    ["too much told", 2, ["acme/docs", "--top", "1001"], /--top takes a whole number/],
    ["no number", 2, ["acme/docs", "--top", "many"], /--top takes a whole number/],
    ["part of one", 2, ["acme/docs", "--top", "1.5"], /--top takes a whole number/],
  ])("refuses %s in one sentence", async (_, status, argv, expected) => {
    const ending = await setting.run("report", ...argv);
    expect(ending).toMatchObject({ status, stdout: "" });
    expect(ending.stderr).toMatch(expected);
    expect(ending.stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("that is interrupted says so with its status", async () => {
    const { interruption } = await import("../../cli/output/errors.js");
    const signal = AbortSignal.abort(interruption("SIGINT"));
    const ending = await sharestrata(["report", "acme/docs", "--config", setting.config], { signal });
    expect(ending).toMatchObject({ status: 130, stdout: "" });
  });
});
