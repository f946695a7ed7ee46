// `verify` as it is called: what it says and how it ends, on stores of real backups.
import { readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, afterEach, describe, expect, it } from "vitest";
import { interruption } from "../../cli/output/errors.js";
import { Setting, sharestrata, type SnapshotAnswer } from "./support/cli.js";

let setting: Setting;
let first: string;
let second: string;

beforeEach(async () => {
  setting = await Setting.create();
  for (const name of ["a", "b", "c"]) await setting.write(`reports/${name}.txt`, name.repeat(100));
  await symlink("a.txt", setting.source("reports/link"));
  await setting.init();
  await setting.run("backup", "acme/docs");
  for (const name of ["d", "e", "f"]) await setting.write(`letters/${name}.txt`, name.repeat(100));
  await rm(setting.source("reports/c.txt"));
  await setting.run("backup", "acme/docs");
  const { snapshots } = await setting.json<{ snapshots: SnapshotAnswer[] }>("snapshots", "acme/docs");
  [first = "", second = ""] = snapshots.map(({ name }) => name);
});

afterEach(() => setting[Symbol.asyncDispose]());

const stored = (...parts: string[]): string => setting.path("store", "acme", "docs", ...parts);
const bundle = (number: number): string => `bundles/00000000000/0000000000000${number}.tar`;

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

const lines = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("verify", () => {
  it("says that a whole store is whole, and what it has looked at", async () => {
    const quick = await setting.run("verify", "acme/docs");
    expect(quick).toMatchObject({ status: 0, stderr: "" });
    expect(quick.stdout).toBe(
      "acme/docs: whole; 2 snapshots, 3 segments, 2 bundles, 0 lone blobs; contents not read\n",
    );
    const full = await setting.run("verify", "--read-data", "acme/docs@latest");
    expect(full.status).toBe(0);
    expect(full.stdout).toContain(`acme/docs@${second}: whole;`);
    expect(full.stdout).toContain("2 objects read,");
  });

  it("names what is missing, the files and snapshots it hurts, and ends with 14", async () => {
    await rm(stored(bundle(1)));
    const { status, stdout, stderr } = await setting.run("verify", "acme/docs");
    expect(status).toBe(14);
    expect(stdout.split("\n").filter((line) => line.startsWith("hurt") || line.startsWith("missing"))).toEqual([
      `missing: The object acme/docs/${bundle(1)} in the store is missing.`,
      `hurt: /reports/a.txt in ${first} to ${second}`,
      `hurt: /reports/b.txt in ${first} to ${second}`,
      `hurt: /reports/c.txt in ${first}`,
    ]);
    expect(stdout).toContain("1 object damaged or missing");
    expect(stdout).toContain(`3 versions of files hurt, in ${first}, ${second}\n`);
    expect(stderr).toContain("put the objects named above back from a copy");
  });

  it("answers in JSON, a line for each object and file, and one at the end", async () => {
    await flip(stored(bundle(2)), 512);
    expect((await setting.run("verify", "acme/docs")).status).toBe(0);
    const { status, stdout } = await setting.run("verify", "acme/docs", "--read-data", "--json");
    expect(status).toBe(14);
    const object = `acme/docs/${bundle(2)}`;
    expect(lines(stdout)).toEqual([
      { type: "damage", kind: "bundle", object, problem: "damaged", message: expect.stringContaining("1 of 3 blobs") },
      expect.objectContaining({
        type: "hurt",
        what: "content",
        size: 100,
        first: second,
        last: second,
        objects: [object],
      }),
      expect.objectContaining({
        type: "summary",
        address: "acme/docs",
        whole: false,
        damagedObjects: 1,
        readPercent: 100,
        hurt: { versions: 1, snapshots: [second] },
        unnamed: { objects: 0, bytes: 0 },
      }),
    ]);
  });

  it("reads another part each time, until everything has been read", async () => {
    const read: number[] = [];
    for (let run = 0; run < 4; run++) {
      const { stdout } = await setting.run("verify", "acme/docs", "--read-data=25%", "--json");
      for (const { read: amount } of lines(stdout)) read.push((amount as { objects: number }).objects);
    }
    expect(read.reduce((sum, objects) => sum + objects)).toBe(2);
    await flip(stored(bundle(1)), 512);
    const statuses = [];
    for (let run = 0; run < 4; run++)
      statuses.push((await setting.run("verify", "acme/docs", "--read-data=25%")).status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 14]);
  });

  it("makes the next backup store again what is lost, and forgets it when all has been read and is whole", async () => {
    const object = await readFile(stored(bundle(1)));
    await rm(stored(bundle(1)));
    await setting.run("verify", "acme/docs");
    const { snapshot } = await setting.json<{ snapshot: SnapshotAnswer }>("backup", "acme/docs");
    expect(snapshot.counters).toMatchObject({ modified: 2, bytesRead: 200 });
    expect((await setting.run("verify", "acme/docs@latest", "--read-data")).status).toBe(0);
    expect((await setting.run("verify", "acme/docs")).status).toBe(14);
    await writeFile(stored(bundle(1)), object);
    expect((await setting.run("verify", "acme/docs", "--read-data")).status).toBe(0);
    const known = await readFile(setting.path("state", "acme", "docs", "losses.json"), "utf8");
    expect(JSON.parse(known)).toEqual({ bundles: [], contents: [], segments: [] });
  });

  it("finds what is damaged also where no catalog is left, though not which files it hurts", async () => {
    await rm(setting.path("state"), { recursive: true });
    await rm(stored("segments/0000000001/0000000000.fb"));
    const { status, stdout, stderr } = await setting.run("verify", "acme/docs", "--read-data");
    expect(status).toBe(14);
    expect(stdout).toContain("missing: The object acme/docs/segments/0000000001/0000000000.fb");
    expect(stderr).toContain("cannot be said without a catalog");
  });

  it("compares the newest snapshot, or the one named, with the source", async () => {
    const { status, stdout } = await setting.run("verify", "acme/docs", "--against-source");
    expect(status).toBe(0);
    expect(stdout.split("\n")[1]).toBe(`source: no difference; 5 files of ${second} compared, 500 B; 0 changed since`);
    await setting.write("reports/a.txt", "changed");
    const older = await setting.run("verify", `acme/docs@${first}`, "--against-source", "--json");
    expect(older.status).toBe(0);
    expect(lines(older.stdout).at(-1)).toMatchObject({
      whole: true,
      source: { snapshot: first, files: 1, bytes: 100, percent: 100, changed: 2, differing: 0, passedOver: 0 },
    });
  });

  it("names a file whose stored bytes are not those of the source, ends with 14, and the next backup reads it again", async () => {
    await flip(stored(bundle(2)), 512);
    const { status, stdout } = await setting.run("verify", "acme/docs", "--against-source", "--json");
    expect(status).toBe(14);
    expect(lines(stdout)).toEqual([
      {
        type: "difference",
        path: expect.stringMatching(/^\/letters\/[def].txt$/),
        nodeId: expect.any(Number),
        size: 100,
        snapshot: second,
        what: "stored",
        offset: null,
        message: expect.stringContaining(bundle(2)),
      },
      expect.objectContaining({ whole: true, source: expect.objectContaining({ differing: 1, files: 5 }) }),
    ]);
    const text = await setting.run("verify", "acme/docs", "--against-source");
    expect(text.stdout).toMatch(/^differs: \/letters\/[def].txt: The blob/);
    expect(text.stderr).toContain("The next backup reads the files that differ again");
    const { snapshot } = await setting.json<{ snapshot: SnapshotAnswer }>("backup", "acme/docs");
    expect(snapshot.counters).toMatchObject({ modified: 1, bytesRead: 100 });
    const again = await setting.run("verify", "acme/docs", "--against-source");
    expect([again.status, again.stdout]).toEqual([0, expect.stringContaining("source: no difference; 5 files")]);
  });

  it("compares another part of the files each time", async () => {
    let files = 0;
    for (let run = 0; run < 4; run++) {
      const { stdout } = await setting.run("verify", "acme/docs", "--against-source=25%", "--json");
      files += (lines(stdout).at(-1) as { source: { files: number } }).source.files;
    }
    expect(files).toBe(5);
  });

  it("ends with the source's own error when that is not there", async () => {
    await rm(setting.source(), { recursive: true });
    const { status, stderr } = await setting.run("verify", "acme/docs", "--against-source");
    expect([status, stderr]).toEqual([10, expect.stringContaining("source")]);
  });

  it("ends with an error that names share.fb when that is missing or damaged", async () => {
    await flip(stored("share.fb"), 70);
    expect(await setting.run("verify", "acme/docs")).toMatchObject({
      status: 14,
      stderr: expect.stringContaining("acme/docs/share.fb"),
    });
    await rm(stored("share.fb"));
    expect(await setting.run("verify", "acme/docs")).toMatchObject({
      status: 14,
      stderr: expect.stringContaining("acme/docs/share.fb in the store is missing"),
    });
  });

  it.each([
    [["acme/docs:/reports"], "leave the path out"],
    [["acme/docs@latest", "--read-data=5%"], "leave the snapshot out"],
    [["acme/docs@latest", "--against-source=5%"], "leave the snapshot out"],
    [["acme/docs", "--against-source=0"], "is not a percentage"],
    [["acme/docs", "--read-data=0%"], "is not a percentage"],
    [["acme/docs", "--read-data=101"], "is not a percentage"],
    [["acme/docs", "--read-data=some"], "is not a percentage"],
  ])("refuses %j", async (argv, says) => {
    const { status, stderr } = await setting.run("verify", ...argv);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
  });

  it("stops when it is told to, and the sample is read again by the next", async () => {
    const stop = new AbortController();
    stop.abort(interruption("SIGINT"));
    const argv = ["verify", "acme/docs", "--read-data=50%", "--config", setting.config];
    const ending = await sharestrata(argv, { cwd: setting.directory.path, signal: stop.signal });
    expect(ending.status).toBe(130);
    expect(await readdir(setting.path("state", "acme", "docs"))).not.toContain("verify-position.json");
  });

  it("changes nothing in the store", async () => {
    const files = async (): Promise<string[]> =>
      (await readdir(setting.path("store"), { recursive: true, withFileTypes: true }))
        .map((entry) => join(entry.parentPath, entry.name))
        .toSorted();
    const before = await files();
    await setting.run("verify", "acme/docs", "--read-data=50%");
    expect(await files()).toEqual(before);
  });
});
