// A state folder that fills up between the look at its room and the write, for real: a small file system of its own.
import { execFileSync, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { program } from "../support/programs.js";
import { requireCapability } from "../support/requires.js";
import { Setting, type SnapshotAnswer } from "./support/cli.js";

beforeEach((ctx) => requireCapability(ctx, "linux", "root"));

const filling = (): string => program("test/cli/support/fill-after-check.ts");

/** A share of 300 files with a small disk for its state, until the end of `work`. */
async function withSmallDisk(work: (setting: Setting) => Promise<void>): Promise<void> {
  await using setting = await Setting.create();
  await addFiles(setting, "file");
  await setting.init();
  const state = setting.path("state");
  await mkdir(state, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=100m", "none", state]);
  try {
    await work(setting);
  } finally {
    execFileSync("umount", [state]);
  }
}

async function addFiles(setting: Setting, name: string): Promise<void> {
  for (let n = 0; n < 300; n++) await setting.write(`folder/${name} ${n}`, name);
}

/** In a process of its own: a rejection that nobody catches ends it, and not the test. */
async function backUpWhileFilling(setting: Setting, atLook: number): Promise<SpawnSyncReturns<string>> {
  const argv = ["--import", filling(), program("cli/main.ts"), "backup", "acme/docs", "--config", setting.config];
  const env = { ...process.env, FILL: `${atLook}:${setting.path("state")}` };
  const ended = spawnSync(process.execPath, argv, { encoding: "utf8", timeout: 60_000, env });
  await rm(setting.path("state", "filler"));
  return ended;
}

function expectFull({ status, signal, stdout, stderr }: SpawnSyncReturns<string>): void {
  expect({ status, signal, stdout }, stderr).toEqual({ status: 17, signal: null, stdout: "" });
  // LMDB's own line comes from within it, where nobody can stop it.
  const said = stderr.replace(/^Write error: No space left on device position \d+, size \d+\n/, "");
  expect(said).toMatch(/^sharestrata: No space is left for the catalog in .*goes on from there\.\n$/);
}

async function snapshotsOf(setting: Setting): Promise<readonly SnapshotAnswer[]> {
  return (await setting.json<{ snapshots: SnapshotAnswer[] }>("snapshots", "acme/docs")).snapshots;
}

async function filesIn(setting: Setting, snapshot: string): Promise<readonly string[]> {
  const { stdout } = await setting.run("find", `acme/docs@${snapshot}`, "--type", "f");
  return stdout.split("\n").slice(0, -1);
}

describe("a commit that finds no room", () => {
  // The first look is at the opening, before anything is written.
  it.each([3, 4, 5])(
    "ends a first backup with one sentence and STORE_FULL, and the next one goes on (look %i)",
    (atLook) =>
      withSmallDisk(async (setting) => {
        expectFull(await backUpWhileFilling(setting, atLook));
        expect(await setting.run("backup", "acme/docs")).toMatchObject({ status: 0, stderr: "" });
        expect(await filesIn(setting, "latest")).toHaveLength(300);
      }),
  );

  it.each([2, 3])("leaves the snapshots that are there as they were (look %i)", (atLook) =>
    withSmallDisk(async (setting) => {
      expect(await setting.run("backup", "acme/docs")).toMatchObject({ status: 0 });
      const before = await snapshotsOf(setting);
      const files = await filesIn(setting, "latest");
      await addFiles(setting, "another");
      expectFull(await backUpWhileFilling(setting, atLook));
      expect(await snapshotsOf(setting)).toEqual(before);
      expect(await setting.run("backup", "acme/docs")).toMatchObject({ status: 0, stderr: "" });
      expect(await filesIn(setting, "latest~1")).toEqual(files);
      expect(await filesIn(setting, "latest")).toHaveLength(600);
    }),
  );
});
