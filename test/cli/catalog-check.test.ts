// `catalog check` on a share that was really backed up.
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Setting } from "./support/cli.js";

let setting: Setting;
const data = (): string => setting.path("state", "acme", "docs", "catalog", "data.mdb");

beforeAll(async () => {
  setting = await Setting.create();
  for (let n = 0; n < 300; n++) await setting.write(`folder ${n % 7}/file ${n}.txt`, `${n}`);
  await setting.write("large", "x".repeat(3_000_000));
  await setting.write("empty", "");
  await setting.init();
  await setting.run("backup", "acme/docs");
  await rm(setting.source("folder 3"), { recursive: true });
  await setting.write("folder 1/file 1.txt", "something else");
  await setting.run("backup", "acme/docs");
});

afterAll(() => setting[Symbol.asyncDispose]());

/** Runs with every byte of the catalog from `from` on turned round, and puts it right again. */
async function damaged(from: number, run: () => Promise<void>): Promise<void> {
  const sound = await readFile(data());
  await writeFile(data(), Buffer.concat([sound.subarray(0, from), sound.subarray(from).map((byte) => byte ^ 0xff)]));
  await run();
  await writeFile(data(), sound);
}

describe("catalog check", () => {
  it("says that a catalog is sound and what was looked at", async () => {
    const { status, stdout } = await setting.run("catalog", "check", "acme/docs");
    expect({ status, stdout }).toEqual({ status: 0, stdout });
    expect(stdout).toMatch(/^acme\/docs: sound \(\d+ entries in 2 snapshots, .*\)\n$/);
  });

  it("tells each problem on a line, ends with 14 and says what to do", async () => {
    await damaged(3 * 4096, async () => {
      const { status, stdout } = await setting.run("catalog", "check", "acme/docs");
      expect(status).toBe(14);
      const lines = stdout.trimEnd().split("\n");
      expect(lines.length).toBeGreaterThan(1);
      expect(lines[0]).toMatch(/^data\.mdb: .*, page \d+: /);
      expect(lines.at(-1)).toMatch(/^acme\/docs: \d+ problems? .*: sharestrata catalog rebuild acme\/docs$/);
    });
  });

  it("gives JSON a line at a time", async () => {
    await damaged(0, async () => {
      const { status, stdout } = await setting.run("catalog", "check", "acme/docs", "--json");
      expect(status).toBe(14);
      expect(
        stdout
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as unknown),
      ).toEqual([
        { kind: "file", where: "data.mdb", message: "its first pages are overwritten" },
        expect.objectContaining({ share: "acme/docs", sound: false, problems: 1 }),
      ]);
    });
  });

  it("neither builds a catalog nor changes one", async () => {
    const before = await readFile(data());
    const folder = setting.path("state", "acme", "docs");
    await damaged(0, async () => {
      await setting.run("catalog", "check", "acme/docs");
      expect(await readdir(folder)).toEqual(["catalog", "records"]);
    });
    await setting.run("catalog", "check", "acme/docs");
    expect(await readFile(data())).toEqual(before);
    await cp(folder, setting.path("aside"), { recursive: true });
    await rm(folder, { recursive: true });
    const { status, stderr } = await setting.run("catalog", "check", "acme/docs");
    expect({ status, stderr }).toMatchObject({ status: 10 });
    expect(stderr).toContain("There is no catalog");
    await cp(setting.path("aside"), folder, { recursive: true });
  });
});
