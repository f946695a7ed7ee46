// One file's life, told by `history`: saved, saved by renaming, along with a renamed folder, deleted.
import { appendFile, rename, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Setting, type SnapshotAnswer } from "./support/cli.js";

let setting: Setting;
/** Names of the snapshots; that of the n-th is at n. */
let names: readonly string[];

beforeAll(async () => {
  setting = await Setting.create();
  const edits: readonly (() => Promise<void>)[] = [
    async () => {
      await setting.write("reports/may.txt", "one");
      await setting.write("a\u001B[2J.txt", "odd name");
    },
    async () => writeFile(setting.source("reports/may.txt"), "one, two"),
    async () => {
      await writeFile(setting.source("reports/may.txt.new"), "one, two, three");
      await rename(setting.source("reports/may.txt.new"), setting.source("reports/may.txt"));
    },
    async () => rename(setting.source("reports"), setting.source("archive")),
    async () => rename(setting.source("archive/may.txt"), setting.source("archive/june.txt")),
    async () => appendFile(setting.source("archive/june.txt"), "!"),
    async () => rm(setting.source("archive/june.txt")),
    async () => setting.write("archive/june.txt", "another"),
  ];
  await setting.init();
  for (const edit of edits) {
    await edit();
    await setting.run("backup", "acme/docs");
  }
  const { snapshots } = await setting.json<{ snapshots: SnapshotAnswer[] }>("snapshots", "acme/docs");
  names = ["", ...snapshots.map(({ name }) => name)];
});

afterAll(() => setting[Symbol.asyncDispose]());

/** As lines, with the numbers of snapshots for their names, and one space where there are several. */
async function history(address: string): Promise<readonly string[]> {
  const { status, stdout, stderr } = await setting.run("history", address);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [first = "", last = "", ...rest] = line.split(/ +/);
      return [names.indexOf(first), last === "-" ? last : names.indexOf(last), ...rest]
        .join(" ")
        .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, "TIME");
    });
}

const tillRenamed = [
  "3 4 15 TIME M /archive/may.txt (replaced, content, size, mtime)",
  "2 2 8 TIME M /reports/may.txt (content, size, mtime)",
  "1 1 3 TIME + /reports/may.txt",
];

describe("history", () => {
  it("tells every version, newest first, through saving by renaming and a renamed folder", async () => {
    // Its own renaming ends what is told here.
    const lines = await history(`acme/docs@${names[4]}:/archive/may.txt`);
    expect(lines.filter((line) => /^[1-4] /.test(line))).toEqual(tillRenamed);
  });

  it("follows a file through its own renaming, until it is removed", async () => {
    const lines = [
      "7 - - - - /archive/june.txt",
      "6 6 16 TIME M /archive/june.txt (content, size, mtime)",
      "5 5 15 TIME R /archive/may.txt -> /archive/june.txt",
      ...tillRenamed,
    ];
    expect(await history(`acme/docs@${names[6]}:/archive/june.txt`)).toEqual(lines);
    expect(await history(`acme/docs@${names[1]}:/reports/may.txt`)).toEqual(lines);
  });

  it("finds what is deleted in the newest snapshot that has it, and takes what came later for another file", async () => {
    expect(await history("acme/docs:/archive/june.txt")).toEqual(["8 8 7 TIME + /archive/june.txt"]);
    expect((await history("acme/docs:/archive/may.txt"))[0]).toMatch(/ - \/archive\//);
  });

  it("tells of folders, the root among them", async () => {
    const lines = await history("acme/docs:/reports");
    expect(lines.at(-1)).toMatch(/^1 \d 0 TIME \+ \/reports\/$/);
    expect(lines).toContainEqual(expect.stringMatching(/^4 4 0 TIME R \/reports\/ -> \/archive\//));
    expect((await history("acme/docs")).at(-1)).toMatch(/^1 \d 0 TIME \+ \/$/);
  });

  it("tells lines of JSON, with the content's id", async () => {
    const { stdout } = await setting.run("history", `acme/docs@${names[3]}:/reports/may.txt`, "--json");
    const versions = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const [replaced, modified, created] = versions.slice(-3);
    expect(replaced).toMatchObject({
      first: names[3],
      last: names[4],
      change: "replaced",
      changed: ["content", "size", "mtime"],
      path: "/archive/may.txt",
      size: 15,
    });
    expect(modified).toMatchObject({ change: "modified", since: 2, kind: "file" });
    expect(created).toMatchObject({ change: "created", first: names[1], last: names[1], nodeId: modified?.["nodeId"] });
    expect(new Set(versions.map(({ nodeId }) => nodeId)).size).toBe(2);
    expect(new Set(versions.slice(-3).map(({ contentId }) => contentId)).size).toBe(3);
  });

  it("says when no snapshot, or not the one named, has the path", async () => {
    expect(await setting.run("history", "acme/docs:/reports/none.txt")).toEqual({
      status: 10,
      stdout: "",
      stderr: "sharestrata: No snapshot of acme/docs has /reports/none.txt.\n",
    });
    const ending = await setting.run("history", "acme/docs@latest:/reports/may.txt");
    expect(ending).toMatchObject({ status: 10, stderr: expect.stringContaining("there is no") as string });
    expect((await setting.run("history", "acme/docs:/a\u001B[2J.txt/x")).stderr).not.toContain("\u001B");
  });
});
