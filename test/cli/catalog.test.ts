// The catalog family: what a catalog takes, checkpoints, and building it anew.
import { cp, readdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { openTables } from "../../catalog/tables.js";
import { interruption } from "../../cli/output/errors.js";
import { Setting, sharestrata } from "./support/cli.js";

let setting: Setting;
let listings: readonly string[];

beforeAll(async () => {
  setting = await Setting.create();
  for (let n = 0; n < 40; n++) await setting.write(`folder ${n % 7}/a file called ${n}.txt`, `content ${n}`);
  await setting.init();
  await setting.run("backup", "acme/docs");
  await setting.run("catalog", "checkpoint", "acme/docs");
  await rm(setting.source("folder 3"), { recursive: true });
  await setting.run("backup", "acme/docs");
  await setting.write("later.txt", "later");
  await setting.run("backup", "acme/docs");
  listings = await everyListing();
});

afterAll(() => setting[Symbol.asyncDispose]());

const folder = (...parts: readonly string[]): string => setting.path("state", "acme", "docs", "catalog", ...parts);

async function everyListing(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const back of [0, 1, 2]) {
    const { status, stdout } = await setting.run("ls", "-lR", `acme/docs@latest~${back}`);
    found.push(`${status}\n${stdout}`);
  }
  return found;
}

async function expectUnharmed(): Promise<void> {
  expect(await everyListing()).toEqual(listings);
  expect(await readdir(folder(".."))).toEqual(["catalog", "records"]);
}

interface StatsAnswer {
  readonly files: number;
  readonly directories: number;
  readonly nodes: number;
  readonly bytes: number;
  readonly bytesPerNode: number | null;
  readonly projection: { readonly nodes: number; readonly bytes: number | null };
  readonly tree: { readonly bytes: number; readonly tables: { name: string; rows: number; bytes: number }[] };
  readonly identities: { readonly bytes: number };
  readonly dedup: { readonly bytes: number };
}

describe("catalog stats", () => {
  it("tells scripts what each environment takes, and what that is for each node", async () => {
    const answer = await setting.json<StatsAnswer>("catalog", "stats", "acme/docs");
    expect(answer).toMatchObject({ share: "acme/docs", catalog: folder(), snapshots: 3, files: 35, directories: 7 });
    const onDisk = async (...file: string[]): Promise<number> => (await stat(folder(...file))).blocks * 512;
    expect(answer.tree.bytes).toBe(await onDisk("data.mdb"));
    expect(answer.identities.bytes).toBe(await onDisk("identities", "data.mdb"));
    expect(answer.dedup.bytes).toBe(await onDisk("dedup", "data.mdb"));
    expect(answer.bytes).toBe(answer.tree.bytes + answer.identities.bytes + answer.dedup.bytes);
    expect(answer.bytesPerNode).toBeCloseTo(answer.tree.bytes / (35 + 7), 6);
    expect(answer.projection).toEqual({ nodes: 1e9, bytes: Math.round((answer.bytesPerNode ?? 0) * 1e9) });
    const tables = new Map(answer.tree.tables.map((table) => [table.name, table]));
    expect(tables.get("snapshots")).toMatchObject({ rows: 3 });
    expect(tables.get("leaves")?.bytes).toBeGreaterThan(0);
  });

  it("tells people the same in lines", async () => {
    const { status, stdout, stderr } = await setting.run("catalog", "stats", "acme/docs");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(
      /^acme\/docs: 3 snapshots; the newest has 35 files, 7 folders\nnode tree +\S+ KiB +[\d.]+ bytes a node, /,
    );
    for (const row of ["  leaves", "identities", "dedup index", "total"]) expect(stdout).toContain(`\n${row} `);
  });

  it("of a share without a snapshot says nothing of nodes", async () => {
    await using fresh = await Setting.create();
    await fresh.init();
    expect(await fresh.json("catalog", "stats", "acme/docs")).toMatchObject({
      snapshots: 0,
      nodes: 0,
      bytesPerNode: null,
      projection: { bytes: null },
    });
    expect((await fresh.run("catalog", "stats", "acme/docs")).stdout).not.toMatch(/NaN|Infinity|a node/);
  });
});

describe("catalog checkpoint", () => {
  it("is written once for a snapshot, and said to be there from then on", async () => {
    await using fresh = await Setting.create();
    await fresh.write("x", "x");
    await fresh.init();
    expect(await fresh.run("catalog", "checkpoint", "acme/docs")).toEqual({
      status: 10,
      stdout: "",
      stderr: "sharestrata: acme/docs has no snapshot yet: run sharestrata backup acme/docs.\n",
    });
    await fresh.run("backup", "acme/docs");
    expect(await fresh.run("catalog", "checkpoint", "acme/docs")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^acme\/docs: checkpoint of snapshot 1 written, [\d.]+ KiB\n$/) as string,
    });
    expect(await fresh.json("catalog", "checkpoint", "acme/docs")).toMatchObject({ snapshot: 1, written: false });
  });
});

describe("catalog rebuild", () => {
  it("begins with a checkpoint, or with the segments when told, and changes nothing that is seen", async () => {
    const built = await setting.run("catalog", "rebuild", "acme/docs");
    expect(built).toMatchObject({ status: 0, stderr: "" });
    expect(built.stdout).toMatch(
      /^acme\/docs: catalog built from the checkpoint of snapshot 1 and \d segments of 2 snapshots, in \d:\d\d\n$/,
    );
    await expectUnharmed();
    expect(await setting.json("catalog", "rebuild", "acme/docs", "--from-segments")).toMatchObject({
      share: "acme/docs",
      before: "usable",
      checkpoint: null,
      snapshots: 3,
      folded: { snapshots: 3 },
    });
    await expectUnharmed();
    expect(await setting.run("catalog", "rebuild", "acme/docs", "--quiet")).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["is missing", () => rm(folder(), { recursive: true }), "missing"],
    ["is cut off", () => truncate(folder("data.mdb"), 5000), "unusable"],
    ["is no database", () => writeFile(folder("data.mdb"), "nonsense".repeat(9000)), "unusable"],
    ["has damaged identities", () => truncate(folder("identities", "data.mdb"), 100), "unusable"],
    ["is a folder of nothing", () => rm(folder("data.mdb")), "missing"],
    ["has damaged leaves", () => damageLeaves(), "usable"],
    ["has lost what it counts", () => forget("state"), "usable"],
  ])("works when the catalog %s", async (_what, spoil, before) => {
    await spoil();
    expect(await setting.json("catalog", "rebuild", "acme/docs")).toMatchObject({ before, checkpoint: 1 });
    await expectUnharmed();
  });

  it("leaves a catalog alone that a running backup has claimed", async () => {
    const catalog = openCatalog(folder(), { create: false });
    try {
      await using _claim = await catalog.claim();
      const busy = await setting.run("catalog", "rebuild", "acme/docs");
      expect(busy).toMatchObject({ status: 11, stdout: "" });
      expect(busy.stderr.trimEnd().split("\n")).toHaveLength(1);
    } finally {
      await catalog[Symbol.asyncDispose]();
    }
    await expectUnharmed();
  });

  it("replaces a catalog of an older version, and one that was given up", async () => {
    await change("format", 0);
    expect(await setting.json("catalog", "rebuild", "acme/docs")).toMatchObject({ before: "unusable" });
    await expectUnharmed();
  });

  it("leaves a catalog alone that a newer version has written", async () => {
    await cp(folder(), setting.path("kept"), { recursive: true });
    await change("format", 99);
    expect(await setting.run("catalog", "rebuild", "acme/docs")).toMatchObject({ status: 15, stdout: "" });
    await rm(folder(), { recursive: true });
    await rename(setting.path("kept"), folder());
    await expectUnharmed();
  });

  it("that is stopped leaves the catalog that is there in use", async () => {
    const stop = new AbortController();
    stop.abort(interruption("SIGINT"));
    const ending = await sharestrata(["catalog", "rebuild", "acme/docs", "--config", setting.config], {
      cwd: setting.directory.path,
      signal: stop.signal,
    });
    expect(ending).toMatchObject({ status: 130, stdout: "" });
    expect(ending.stderr).toMatch(/The catalog is what it was before\.\n$/);
    await expectUnharmed();
  });

  it("from a store that is damaged fails, and leaves the catalog that is there in use", async () => {
    const segment = setting.path("store", "acme", "docs", "segments", "0000000003", "0000000000.fb");
    const whole = await readFile(segment);
    await writeFile(segment, whole.subarray(0, 100));
    const failed = await setting.run("catalog", "rebuild", "acme/docs");
    expect(failed).toMatchObject({ status: 14, stdout: "" });
    expect(failed.stderr).toMatch(
      /^sharestrata: The object acme\/docs\/segments\/0000000003\/0000000000\.fb in the store is cut short\.\n$/,
    );
    await writeFile(segment, whole);
    await expectUnharmed();
  });

  it("passes a damaged checkpoint over, and says so", async () => {
    const part = setting.path("store", "acme", "docs", "catalog", "0000000001", "parts", "0000000000");
    const whole = await readFile(part);
    await writeFile(part, whole.subarray(0, whole.length - 1));
    const built = await setting.run("catalog", "rebuild", "acme/docs");
    expect(built).toMatchObject({ status: 0, stdout: expect.stringContaining("of 3 snapshots") as string });
    expect(built.stderr).toMatch(
      /^sharestrata: warning: the catalog's checkpoint of snapshot 1 cannot be used and is passed over: .*\n$/,
    );
    await writeFile(part, whole);
    await expectUnharmed();
  });

  it("makes a share known on a machine that has never seen it", async () => {
    await using other = await Setting.create();
    await other.write("x", "x");
    await other.init();
    await rm(other.path("store"), { recursive: true });
    await cp(setting.path("store"), other.path("store"), { recursive: true });
    expect(await other.json("catalog", "rebuild", "acme/docs")).toMatchObject({ before: "missing", snapshots: 3 });
    expect((await other.run("ls", "acme/docs:/later.txt")).stdout).toBe("later.txt\n");
  });
});

describe.each(["stats", "rebuild", "checkpoint"])("catalog %s", (member) => {
  it.each<[string, string[], number, RegExp]>([
    ["without a share", [], 2, /Too few arguments/],
    ["of something that is no share", ["docs"], 2, /"docs" does not name a share/],
    ["of an address", ["acme/docs@latest"], 2, /does not name a share/],
    ["of a share that is not configured", ["acme/dosc"], 10, /did you mean acme\/docs\?/],
    ["with an option that it has not got", ["acme/docs", "--fast"], 2, /not understood here: fast/],
  ])("%s says so in one sentence", async (_what, argv, status, expected) => {
    const ending = await setting.run("catalog", member, ...argv);
    expect(ending).toMatchObject({ status, stdout: "" });
    expect(ending.stderr).toMatch(expected);
    expect(ending.stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
  });

  it("of a share that the store has lost says so, and makes nothing", async () => {
    await using fresh = await Setting.create();
    await fresh.init();
    await rm(fresh.path("store"), { recursive: true });
    expect(await fresh.run("catalog", member, "acme/docs")).toMatchObject({ status: 10, stdout: "" });
    expect(await readdir(fresh.directory.path)).not.toContain("state");
  });
});

it("catalog without a command says which there are", async () => {
  const ending = await setting.run("catalog");
  expect(ending).toMatchObject({ status: 2, stdout: "" });
  expect(ending.stderr).toMatch(/Say which catalog command: .*catalog rebuild/);
});

/** A name within a leaf, so that the leaf's checksum is wrong. */
async function damageLeaves(): Promise<void> {
  const file = await readFile(folder("data.mdb"));
  let found = 0;
  for (let at = file.indexOf("a file called"); at >= 0; at = file.indexOf("a file called", at + 1)) {
    file.write("A FILE", at);
    found++;
  }
  expect(found).toBeGreaterThan(0);
  await writeFile(folder("data.mdb"), file);
  expect(await setting.run("ls", "-R", "acme/docs")).toMatchObject({ status: 14 });
}

async function change(key: string, value: unknown): Promise<void> {
  const tables = openTables(folder());
  await tables.meta.put(key, value);
  await tables.environment.close();
}

async function forget(key: string): Promise<void> {
  const tables = openTables(folder());
  await tables.meta.remove(key);
  await tables.environment.close();
}
