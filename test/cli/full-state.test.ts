// A state folder without room, for real: a small file system of its own.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { beforeEach, expect, it } from "vitest";
import { program } from "../support/programs.js";
import { requireCapability } from "../support/requires.js";
import { Setting } from "./support/cli.js";

beforeEach((ctx) => requireCapability(ctx, "linux", "root"));

it("ends a backup with one sentence and STORE_FULL, and the next one completes once there is room", async () => {
  await using setting = await Setting.create();
  await setting.write("folder/file", "content");
  await setting.init();
  const state = setting.path("state");
  await mkdir(state, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "none", state]);
  try {
    const full = await setting.run("backup", "acme/docs");
    expect(full).toMatchObject({ status: 17, stdout: "" });
    expect(full.stderr.trim().split("\n")).toHaveLength(1);
    expect(full.stderr).toContain("Too little space is left");
    execFileSync("mount", ["-o", "remount,size=256m", state]);
    expect(await setting.run("backup", "acme/docs")).toMatchObject({ status: 0 });
  } finally {
    execFileSync("umount", [state]);
  }
});

it("ends the building of a catalog with STORE_FULL where nothing at all can be written", async () => {
  await using setting = await Setting.create();
  await setting.write("folder/file", "content");
  await setting.init();
  const state = setting.path("state");
  await mkdir(state, { recursive: true });
  // Room for the folders, and one page for what lies in them.
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=4k", "none", state]);
  try {
    const argv = [program("cli/main.ts"), "ls", "acme/docs", "--config", setting.config];
    // A process of its own: LMDB ended it with SIGBUS.
    const full = spawnSync(process.execPath, argv, { encoding: "utf8", timeout: 30_000 });
    expect(full).toMatchObject({ status: 17, signal: null, stdout: "" });
    expect(full.stderr).toMatch(/^sharestrata: Too little space is left .*\n$/);
  } finally {
    execFileSync("umount", [state]);
  }
});
